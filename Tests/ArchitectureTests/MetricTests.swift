import Testing

@testable import NotificationGateway

@Suite("The metrics in the documents")
struct MetricTests {
    @Test("are all there, with their kinds and labels, and no others")
    func documented() throws {
        let rows = try Repository.text("docs/metrics.md").split(separator: "\n").filter { $0.hasPrefix("| `") }
        let documented = rows.map { row in
            row.split(separator: "|").prefix(3).map { $0.filter { !" `".contains($0) } }.joined(separator: " ")
        }
        #expect(
            documented
                == Metric.allCases.map { "\($0.rawValue) \($0.kind) \($0.labels.joined(separator: ","))" })
    }
}
