public import NotificationGateway

/// What the dispatcher needs of a gateway.
public struct OutboxGateway: Sendable {
    /// Who may have carried a message, and to whom.
    public struct Carriers: Sendable {
        /// Its recipients; `nil` for one that cannot be read.
        public var recipients: [Recipient?]
        /// One for each provider that may have carried it; `nil` for one that cannot be asked.
        public var lookups: [(any StatusLookup)?]

        /// Describes carriers.
        public init(recipients: [Recipient?], lookups: [(any StatusLookup)?]) {
            self.recipients = recipients
            self.lookups = lookups
        }

        /// All providers of a gateway that can carry a message on its channel: the configuration may have changed since it
        /// was sent, and with it the route.
        public init(of message: Message, in gateway: Gateway) {
            var message = message
            message.expires = nil
            recipients = gateway.plan(message).recipients.map(\.recipient)
            lookups = gateway.health.keys.sorted().compactMap { gateway.provider($0) }
                .filter { $0.capabilities.channels.contains(message.channel) }
                .map(\.statusLookup)
        }
    }

    /// Sends a message.
    public var send: @Sendable (Message) async -> Delivery
    /// Says who may have carried a message.
    public var carriers: @Sendable (Message) async -> Carriers

    /// Joins two closures, such as those of a gateway that is reloaded.
    public init(
        send: @escaping @Sendable (Message) async -> Delivery, carriers: @escaping @Sendable (Message) async -> Carriers
    ) {
        self.send = send
        self.carriers = carriers
    }

    /// One gateway.
    public init(_ gateway: Gateway) {
        self.init(
            send: { await gateway.send($0) }, carriers: { Carriers(of: $0, in: gateway) })
    }
}
