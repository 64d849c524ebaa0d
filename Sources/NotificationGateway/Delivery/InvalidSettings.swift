/// Settings that contradict themselves; lists every fault, so that all can be mended in one pass.
public struct InvalidSettings: Error, Sendable, CustomStringConvertible {
    /// One sentence for each fault.
    public var faults: [String]

    /// The faults, a line each.
    public var description: String { faults.joined(separator: "\n") }
}

extension GatewaySettings {
    /// The faults that would make a gateway of these settings fail later.
    func faults() -> [String] {
        let providerNames = Set(providers.map(\.name))
        let templateNames = Set(templates.map(\.name))
        var faults = Self.repeated(providers.map(\.name)).map { "provider '\($0)' is configured twice" }
        faults += Self.repeated(templates.map(\.name)).map { "template '\($0)' is configured twice" }
        if repeatWindow < .zero { faults.append("the repeat window is negative; zero turns it off") }
        for provider in providers where provider.maxInFlight.map({ $0 < 1 }) ?? false {
            faults.append("provider '\(provider.name)' may have no request under way; max_in_flight is at least 1")
        }
        faults += rateLimitKeyFaults.map { "provider '\($0.provider)' \($0.fault)" }
        for template in templates where !RecipientScopes.isUsable(template.recipientLimit) {
            faults.append("template '\(template.name)' \(RecipientScopes.fault)")
        }
        for route in routes {
            if !RecipientScopes.isUsable(route.recipientLimit) {
                faults.append("route '\(route.name)' \(RecipientScopes.fault)")
            }
            if let fault = route.quietHours?.fault { faults.append("route '\(route.name)' has quiet hours \(fault)") }
            faults += route.faults
            if route.candidates.isEmpty { faults.append("route '\(route.name)' has no provider") }
            for candidate in route.candidates where !providerNames.contains(candidate.provider) {
                faults.append("route '\(route.name)' names the unknown provider '\(candidate.provider)'")
            }
            for template in route.rule.templates where !templateNames.contains(template) {
                faults.append("route '\(route.name)' matches the unknown template '\(template)'")
            }
        }
        return faults
    }

    fileprivate static func repeated<Name: Hashable>(_ names: [Name]) -> [Name] {
        var seen: Set<Name> = []
        return names.filter { !seen.insert($0).inserted }
    }
}

extension Route {
    /// What is wrong with the route's own numbers, whatever providers and templates there are.
    fileprivate var faults: [String] {
        var faults: [String] = []
        for repeated in GatewaySettings.repeated(candidates.map(\.provider)) {
            faults.append("route '\(name)' names '\(repeated)' twice; remove one")
        }
        if strategy.usesWeights, !candidates.isEmpty, candidates.allSatisfy({ $0.weight == 0 }) {
            faults.append("route '\(name)': every weight is 0, so no provider could be drawn; give one a share")
        }
        if !(0...100).contains(retries) { faults.append("route '\(name)' has retries outside 0 to 100") }
        for candidate in candidates where candidate.weight < 0 {
            faults.append("route '\(name)' gives provider '\(candidate.provider)' a negative weight")
        }
        // Every draw by weight needs the sum.
        let sum = candidates.reduce((partialValue: 0, overflow: false)) { sum, candidate in
            let next = sum.partialValue.addingReportingOverflow(max(0, candidate.weight))
            return (next.partialValue, sum.overflow || next.overflow)
        }
        if sum.overflow { faults.append("route '\(name)' has weights whose sum is past \(Int.max)") }
        for prefix in rule.recipientPrefixes.sorted() where !Self.isPrefix(prefix) {
            faults.append(
                "route '\(name)' matches the prefix '\(prefix)'; expected the first digits of a number with its country "
                    + "code and without +, such as 8613")
        }
        return faults
    }

    /// E.164: at most fifteen digits, and no country code begins with 0.
    private static func isPrefix(_ text: String) -> Bool {
        let isNumber = text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        return isNumber && (1...15).contains(text.utf8.count) && text.first != "0"
    }
}
