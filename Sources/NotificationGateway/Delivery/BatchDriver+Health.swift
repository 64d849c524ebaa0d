import Logging

extension BatchDriver {
    /// Tells a provider that something is wrong with that it took the message.
    func noteAcceptance(_ provider: ActiveProvider) {
        let binding = message.bindingKey(for: provider, country: country)
        for transition in provider.breakers.accepted(binding, at: services.clock.now) {
            provider.gauge(transition)
            services.logger.notice(
                "provider healthy again",
                metadata: [
                    "notify.provider": "\(provider.name)", "notify.health.scope": "\(transition.scope.metricLabel)",
                ])
        }
    }

    /// Counts a failure, and lets the provider's circuits take it into account.
    func note(_ error: ProviderError, _ provider: ActiveProvider, _ record: Attempt) {
        provider.countFailure(error, after: record.duration)
        // A message's own fault is the commonest of all failures and says nothing about the provider.
        guard FallbackPolicy.row(for: error.reason).blame != .message else { return }
        let transition = provider.breakers.failed(
            error, message.bindingKey(for: provider, country: country), at: services.clock.now,
            time: services.clock.wallTime)
        guard let transition else { return }
        provider.gauge(transition)
        services.logger.log(
            level: transition.scope.logLevel, "provider unhealthy",
            metadata: [
                "notify.provider": "\(provider.name)", "notify.reason": "\(error.reason.rawValue)",
                "notify.vendor_code": "\(error.vendorCode?.rawValue ?? "")",
                "notify.health.scope": "\(transition.scope.metricLabel)",
            ])
    }
}

extension ProviderHealth.Scope {
    /// What a person has to mend is an error; what passes by itself is not.
    fileprivate var logLevel: Logger.Level {
        switch self {
        case .account, .binding: .error
        case .service: .warning
        case .pace: .info
        }
    }
}
