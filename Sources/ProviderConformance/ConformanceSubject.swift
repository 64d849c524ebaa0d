public import NotificationGateway

/// What the author of a provider supplies, so that ``ConformanceRule/all`` can be checked.
///
///     let subject = ConformanceSubject(kind: "my-vendor", requests: [codeRequest], …) { behaviour in
///         let transport = scripted(behaviour)
///         return ProviderUnderTest(provider: MyProvider(transport), clock: clock, received: { … })
///     }
public struct ConformanceSubject: Sendable {
    /// The `type:` of the kind.
    public var kind: String
    /// Requests that the provider must be able to carry: one at least for each declared channel and form of content.
    /// Their deadlines are set by the suite.
    public var requests: [ProviderRequest]
    /// The failures that the vendor can give: one at least for each reason that the provider can give, an unknown code among
    /// them, and one whose text repeats an address.
    public var failures: [ScriptedFailure]
    /// A whole answer of success to the first request, for cutting it short; `nil` for providers that read no answers.
    public var successAnswer: VendorAnswer?
    /// What must never be shown: the account's secrets.
    public var secrets: [String]
    /// Fields of a request that differ from call to call even with the same clock and random numbers drawn in another order.
    public var volatileFields: Set<String>
    /// The time after which a call counts as stuck. Only a broken provider ever uses it up.
    public var patience: Duration
    /// The n-th of many recipients that can share a request; `nil` where the number is not a valid one.
    public var recipient: @Sendable (Int) -> Recipient?
    /// How an address may be spelt in what the vendor receives, masked forms included.
    public var spellings: @Sendable (Recipient) -> [String]
    /// The id under which an accepting vendor takes the request of a reference.
    public var vendorMessageID: @Sendable (_ reference: String) -> String
    /// The id that an accepting vendor gives the exchange itself; `nil` where it gives none.
    public var requestID: @Sendable (_ reference: String) -> String?
    /// What the vendor posts to tell of these records; `nil` where it posts no receipts.
    public var receiptPost: (@Sendable ([StatusRecord]) -> [UInt8])?
    /// Makes a new provider against a new vendor that behaves so. Clocks and random numbers begin the same each time.
    ///
    /// Throws: ``NotApplicable`` when the vendor cannot behave so.
    public var make: @Sendable (VendorBehaviour) async throws(NotApplicable) -> ProviderUnderTest

    /// Describes a subject.
    public init(
        kind: String, requests: [ProviderRequest], failures: [ScriptedFailure], successAnswer: VendorAnswer? = nil,
        secrets: [String] = [], volatileFields: Set<String> = [], patience: Duration = .seconds(10),
        recipient: @escaping @Sendable (Int) -> Recipient? = Self.mainlandNumber,
        spellings: @escaping @Sendable (Recipient) -> [String] = Self.commonSpellings,
        vendorMessageID: @escaping @Sendable (_ reference: String) -> String,
        requestID: @escaping @Sendable (_ reference: String) -> String? = { _ in nil },
        receiptPost: (@Sendable ([StatusRecord]) -> [UInt8])? = nil,
        make: @escaping @Sendable (VendorBehaviour) async throws(NotApplicable) -> ProviderUnderTest
    ) {
        precondition(!requests.isEmpty, "a provider that can carry nothing cannot be checked")
        self.kind = kind
        self.requests = requests
        self.failures = failures
        self.successAnswer = successAnswer
        self.secrets = secrets
        self.volatileFields = volatileFields
        self.patience = patience
        self.recipient = recipient
        self.spellings = spellings
        self.vendorMessageID = vendorMessageID
        self.requestID = requestID
        self.receiptPost = receiptPost
        self.make = make
    }

    /// A million mobile numbers of mainland China.
    public static func mainlandNumber(_ number: Int) -> Recipient? {
        try? Recipient("+86138\(10_000_000 + number)", channel: .sms)
    }

    /// The address and its masked form; of a phone number also without the plus sign, with `00`, and without the country.
    public static func commonSpellings(_ recipient: Recipient) -> [String] {
        let common = [recipient.address, recipient.masked]
        guard case .phone(let number) = recipient else { return common }
        return common + [number.digits, "00\(number.digits)", number.nationalDigits]
    }
}

/// A provider, and instruments on the other side of it.
public struct ProviderUnderTest: Sendable {
    /// The provider.
    public var provider: any MessageProvider
    /// The clock that it reads.
    public var clock: any GatewayClock
    /// What has reached the vendor so far, in order.
    public var received: @Sendable () -> [ReceivedRequest]
    /// Suspends until so many requests have reached the vendor, or as many as ever will.
    public var waitForRequests: @Sendable (Int) async -> Void
    /// Moves the clock, for providers that watch the deadline themselves; `nil` for those that hand it to a transport.
    public var advance: (@Sendable (Duration) -> Void)?
    /// What the provider has shown to those who watch, a line each: log lines with their metadata, labels of metrics.
    public var logged: @Sendable () -> [String]
    /// Frees what the subject made. The suite shuts the provider down itself.
    public var dispose: @Sendable () async -> Void

    /// Puts the parts together.
    public init(
        provider: any MessageProvider, clock: any GatewayClock, received: @escaping @Sendable () -> [ReceivedRequest],
        waitForRequests: @escaping @Sendable (Int) async -> Void = { _ in },
        advance: (@Sendable (Duration) -> Void)? = nil, logged: @escaping @Sendable () -> [String] = { [] },
        dispose: @escaping @Sendable () async -> Void = {}
    ) {
        self.provider = provider
        self.clock = clock
        self.received = received
        self.waitForRequests = waitForRequests
        self.advance = advance
        self.logged = logged
        self.dispose = dispose
    }
}

/// One request as the vendor saw it.
public struct ReceivedRequest: Sendable, Hashable {
    /// Where it went, in the words of ``NotificationGateway/RequestPreview/destination``.
    public var destination: String
    /// Everything that came, for comparing.
    public var bytes: [UInt8]
    /// Its named parts, under the names that a preview gives them.
    public var fields: [RequestPreview.Field]
    /// The time that the provider left for the exchange; `nil` when it set no limit.
    public var timeLimit: Duration?

    /// Describes a request.
    public init(
        destination: String, bytes: [UInt8], fields: [RequestPreview.Field], timeLimit: Duration? = nil
    ) {
        self.destination = destination
        self.bytes = bytes
        self.fields = fields
        self.timeLimit = timeLimit
    }
}
