extension Gateway {
    /// Prepares a message, its batches such that one order of providers is right for all recipients of each.
    @inline(__always)
    func prepare(_ message: Message) -> Preparation {
        var preparation = planner.prepare(message, random: services.random, timeLeft: timeLeft(message))
        guard preparation.batches.contains(where: { $0.recipients.count > 1 && routes[$0.route].isByRecipient }) else {
            return preparation
        }
        preparation.batches = preparation.batches.flatMap(parted)
        return preparation
    }

    /// A batch by the order that each of its recipients gets: as many as its route has orders, at most.
    private func parted(_ batch: Preparation.Batch) -> [Preparation.Batch] {
        let route = routes[batch.route]
        guard batch.recipients.count > 1, route.isByRecipient else { return [batch] }
        var places: [[ObjectIdentifier]: Int] = [:]
        var parts: [Preparation.Batch] = []
        for (place, recipient) in zip(batch.places, batch.recipients) {
            let order = route.order(for: recipient, random: services.random, advancing: false)
            let key = order.map(ObjectIdentifier.init)
            let part = places[key] ?? parts.count
            if part == parts.count {
                places[key] = part
                parts.append(
                    Preparation.Batch(route: batch.route, country: batch.country, places: [], recipients: []))
            }
            parts[part].places.append(place)
            parts[part].recipients.append(recipient)
        }
        return parts
    }
}
