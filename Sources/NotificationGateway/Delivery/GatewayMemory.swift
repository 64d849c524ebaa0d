/// What a gateway remembers of earlier messages, and what must outlive it.
///
/// A new configuration makes a new ``Gateway``; a message that was sent through the old one must still not be sent twice
/// through the new one. Hand ``Gateway/memory`` to the successor's initialiser.
public final class GatewayMemory: Sendable {
    let repeats: RepeatWindow
    let recipientLimits: RecipientLimits

    /// Makes a memory in which nothing has happened.
    ///
    /// - Parameters:
    ///   - deliveries: where deliveries of messages with a caller's id are kept; in memory by default.
    ///   - clock: the clock of the default store.
    ///   - random: where the keys come from of the hashes that stand for contents and recipients.
    public init(
        deliveries: (any DeliveryStore)? = nil, clock: any GatewayClock = SystemClock(),
        random: any RandomSource = SystemRandom()
    ) {
        repeats = RepeatWindow(store: deliveries ?? InMemoryDeliveryStore(clock: clock), key: KeyedHash.Key(random))
        recipientLimits = RecipientLimits(key: KeyedHash.Key(random))
    }
}
