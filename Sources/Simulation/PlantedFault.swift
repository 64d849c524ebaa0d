/// A mistake put in on purpose, to prove that the invariant which forbids it can fail.
enum PlantedFault: String, CaseIterable, Sendable {
    /// The provider sends twice what it was given once.
    case doubledSend = "doubled-send"
    /// A request that was answered too late is called rejected.
    case falseRejection = "false-rejection"
    /// The provider waits past the deadline.
    case ignoredDeadline = "ignored-deadline"
    /// The route retries more often than it says.
    case extraRetries = "extra-retries"
    /// The vendor carries out a copy of a request that it has had.
    case carriedOutCopy = "carried-out-copy"
    /// The gateway does not remember the ids that it has sent.
    case forgottenIDs = "forgotten-ids"
    /// Chance comes from the system instead of the seed.
    case unseededChance = "unseeded-chance"
}
