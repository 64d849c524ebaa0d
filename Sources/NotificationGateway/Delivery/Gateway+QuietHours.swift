extension Gateway {
    /// Takes out of a preparation whom the quiet hours of a route spare.
    func keepQuiet(_ preparation: inout Preparation) {
        guard !quietHours.isEmpty else { return }
        let now = services.clock.wallTime
        let category = preparation.message.category
        preparation.batches.removeAll { batch in
            guard let hours = quietHours[batch.route], hours.categories.contains(category),
                let error = refusal(hours, batch.country, now)
            else { return false }
            for place in batch.places {
                preparation.results[place].error = error
                preparation.results[place].route = routes[batch.route].name
            }
            return true
        }
    }

    private func refusal(_ hours: QuietHours, _ country: CountryCode?, _ now: WallTime) -> ProviderError? {
        let offsets = hours.offsets(country, default: planner.defaultCountry)
        let message = "these are quiet hours (\(hours.words))"
        switch hours.state(at: now, offsets: offsets) {
        case .open: return nil
        case .quiet(let pause):
            return ProviderError(
                .quietHours, .rejected, message: "\(message); allowed again in \(pause.words)",
                retryAfter: pause)
        case .always:
            return ProviderError(
                .quietHours, .rejected,
                message: "\(message), and somewhere in the country at every hour; give the route a fixed time_zone")
        }
    }
}
