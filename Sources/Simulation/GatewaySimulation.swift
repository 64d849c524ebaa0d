import Foundation

/// `gateway-simulation --seed S --messages N [--plant FAULT]`: proves the delivery rules against vendors that misbehave.
@main
struct GatewaySimulation {
    static func main() {
        guard let simulation = Simulation(arguments: CommandLine.arguments.dropFirst()) else {
            let faults = PlantedFault.allCases.map(\.rawValue).joined(separator: "|")
            say("usage: gateway-simulation [--seed S] [--messages N] [--plant \(faults)]")
            exit(2)
        }
        guard let report = simulation.run() else {
            say("a send never ended: seed \(simulation.seed)")
            exit(1)
        }
        for violation in report.violations.prefix(20) { say(violation) }
        let outcomes = report.outcomes.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
        print(
            "{\"seed\":\(simulation.seed),\"messages\":\(report.messages),\"attempts\":\(report.attempts),"
                + "\"outcomes\":{\(outcomes.joined(separator: ","))},\"violations\":\(report.violations.count),"
                + "\"virtual_seconds\":\(report.elapsed.components.seconds),"
                + "\"digest\":\"\(String(report.digest, radix: 16))\"}")
        exit(report.violations.isEmpty ? 0 : 1)
    }

    private static func say(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
}

extension Simulation {
    init?(arguments: some Sequence<String>) {
        self.init(seed: 1, messages: 10_000)
        var rest = Array(arguments)[...]
        while let name = rest.popFirst() {
            guard let value = rest.popFirst() else { return nil }
            switch name {
            case "--seed":
                guard let seed = UInt64(value) else { return nil }
                self.seed = seed
            case "--messages":
                guard let messages = Int(value), messages > 0 else { return nil }
                self.messages = messages
            case "--plant":
                guard let fault = PlantedFault(rawValue: value) else { return nil }
                self.fault = fault
            default: return nil
            }
        }
    }
}
