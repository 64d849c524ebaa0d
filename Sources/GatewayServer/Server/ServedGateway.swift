public import GatewayOutbox
public import NotificationGateway

/// What the server asks of a gateway: closures, so that one that is reloaded can stand behind them.
///
///     ServedGateway(
///         examine: { message in await gateway.withCurrent { $0.examine(message) } }, …)
public struct ServedGateway: Sendable {
    /// What is wrong with a message, and where it would go. Asked for each submission.
    public var examine: @Sendable (Message) async -> Examination
    /// What would happen to a message, and why.
    public var explain: @Sendable (Message) async -> Explanation
    /// What each provider's last attempts told about it.
    public var health: @Sendable () async -> [ProviderName: ProviderHealth]
    /// What each provider carries.
    public var providers: @Sendable () async -> [ProviderName: Capabilities]

    /// Joins closures.
    public init(
        examine: @escaping @Sendable (Message) async -> Examination,
        explain: @escaping @Sendable (Message) async -> Explanation,
        health: @escaping @Sendable () async -> [ProviderName: ProviderHealth],
        providers: @escaping @Sendable () async -> [ProviderName: Capabilities]
    ) {
        self.examine = examine
        self.explain = explain
        self.health = health
        self.providers = providers
    }

    /// One gateway.
    public init(_ gateway: Gateway) {
        self.init(
            examine: { gateway.examine($0) }, explain: { gateway.explain($0) }, health: { gateway.health },
            providers: { Self.capabilities(of: gateway) })
    }

    /// What each provider of a gateway carries.
    public static func capabilities(of gateway: Gateway) -> [ProviderName: Capabilities] {
        var capabilities: [ProviderName: Capabilities] = [:]
        for name in gateway.health.keys { capabilities[name] = gateway.provider(name)?.capabilities }
        return capabilities
    }
}

/// The outbox behind a server.
public struct ServedOutbox: Sendable {
    /// Where messages are kept. A ``WatchedOutboxStore`` that the dispatcher has too lets `?wait=` answer at once; with any
    /// other, the server looks once in ``ServerOptions/waitPause``.
    public var store: any OutboxStore
    /// Who sends them.
    public var dispatcher: OutboxDispatcher

    /// Joins the two.
    public init(store: any OutboxStore, dispatcher: OutboxDispatcher) {
        self.store = store
        self.dispatcher = dispatcher
    }
}
