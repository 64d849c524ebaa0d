/// What passes from one gateway to the next when a new configuration follows an old one.
extension Gateway {
    /// The provider in service that a configured one was, under the same name.
    func provider(like configured: GatewaySettings.ConfiguredProvider) -> ActiveProvider? {
        let place = providers.indices.first {
            identities[$0] === configured.identity && providers[$0].name == configured.name
                && providers[$0].type == configured.type
        }
        return place.map { providers[$0] }
    }

    /// Shuts down, side by side, the providers that none of the other gateways go on with.
    ///
    /// - Returns: the names of those that were shut down, in the order of the configuration.
    @discardableResult
    public func shutdown(sparing others: [Gateway]) async -> [ProviderName] {
        let gone = providers.indices.filter { place in
            !others.contains { other in other.identities.contains { $0 === identities[place] } }
        }
        await withTaskGroup(of: Void.self) { group in
            for place in gone { group.addTask { [provider = providers[place].provider] in await provider.shutdown() } }
        }
        return gone.map { providers[$0].name }
    }
}
