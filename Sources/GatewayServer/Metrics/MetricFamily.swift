/// All series of one metric.
struct MetricFamily: Sendable {
    enum Kind: Sendable, Hashable {
        case counter
        case gauge
        case histogram(bounds: [Double])
    }

    /// The labels of a series, in the order of their names.
    struct Labels: Sendable, Hashable, Comparable {
        /// As in the text: `a="1",b="2"`.
        var text: String

        init(_ dimensions: [(String, String)]) {
            var seen: Set<String> = []
            text = dimensions.map { (PrometheusMetrics.name($0.0), $0.1) }.filter { seen.insert($0.0).inserted }
                .sorted { $0.0 < $1.0 }.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        }

        private static func escaped(_ value: String) -> String {
            var escaped = ""
            for scalar in value.unicodeScalars {
                switch scalar {
                case "\\": escaped += "\\\\"
                case "\"": escaped += "\\\""
                case "\n": escaped += "\\n"
                default: escaped.unicodeScalars.append(scalar)
                }
            }
            return escaped
        }

        static func < (left: Labels, right: Labels) -> Bool { left.text < right.text }
    }

    let kind: Kind
    let help: String
    private var all: [Labels: MetricSeries] = [:]

    init(kind: Kind, help: String) {
        self.kind = kind
        self.help = help
    }

    /// The series of some labels, and the family that has it.
    func series(_ dimensions: [(String, String)]) -> (MetricSeries, MetricFamily) {
        var labels = Labels(dimensions)
        if let series = all[labels] { return (series, self) }
        if all.count >= PrometheusMetrics.mostSeries {
            labels = Labels(dimensions.map { ($0.0, "other") })
            if let series = all[labels] { return (series, self) }
        }
        var changed = self
        let series = MetricSeries(kind)
        changed.all[labels] = series
        return (series, changed)
    }

    func write(_ name: String, to text: inout String) {
        let oneLine = help.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
        text += "# HELP \(name) \(oneLine)\n# TYPE \(name) \(word)\n"
        for (labels, series) in all.sorted(by: { $0.key < $1.key }) {
            series.write(name, labels.text, to: &text)
        }
    }

    private var word: String {
        switch kind {
        case .counter: "counter"
        case .gauge: "gauge"
        case .histogram: "histogram"
        }
    }
}
