import CoreMetrics
import Testing

@testable import GatewayServer

@Suite("Metrics in Prometheus' text")
struct PrometheusMetricsTests {
    private let metrics = PrometheusMetrics(help: ["a.b": "One\nline\\"])

    @Test("counters, gauges and histograms are written by kind, with help, in order")
    func text() {
        let counter = metrics.makeCounter(label: "a.b", dimensions: [("z", "1"), ("route", "a \"b\"\\\n")])
        counter.increment(by: 2)
        counter.increment(by: 1)
        metrics.makeMeter(label: "open", dimensions: []).set(2.5)
        let timer = metrics.makeTimer(label: "wait", dimensions: [("x", "y")])
        timer.recordNanoseconds(3_000_000)
        timer.recordNanoseconds(120_000_000_000)
        let lines = metrics.text.split(separator: "\n")
        #expect(
            lines.prefix(6) == [
                "# HELP a_b_total One\\nline\\\\", "# TYPE a_b_total counter",
                #"a_b_total{route="a \"b\"\\\n",z="1"} 3"#, "# HELP open open", "# TYPE open gauge", "open 2.5",
            ])
        #expect(lines.contains(#"wait_seconds_bucket{x="y",le="0.0025"} 0"#))
        #expect(lines.contains(#"wait_seconds_bucket{x="y",le="0.005"} 1"#))
        #expect(lines.contains(#"wait_seconds_bucket{x="y",le="60"} 1"#))
        #expect(lines.contains(#"wait_seconds_bucket{x="y",le="+Inf"} 2"#))
        #expect(lines.suffix(2) == [#"wait_seconds_sum{x="y"} 120.003"#, #"wait_seconds_count{x="y"} 2"#])
    }

    @Test("the same labels are one series, and too many of them share one")
    func bounded() {
        for number in 0..<(PrometheusMetrics.mostSeries + 50) {
            metrics.makeCounter(label: "c", dimensions: [("n", "\(number)")]).increment(by: 1)
        }
        metrics.makeCounter(label: "c", dimensions: [("n", "0")]).increment(by: 1)
        let lines = metrics.text.split(separator: "\n")
        #expect(lines.count == PrometheusMetrics.mostSeries + 3)
        #expect(lines.contains(#"c_total{n="other"} 50"#) && lines.contains(#"c_total{n="0"} 2"#))
    }

    @Test("a name of two kinds keeps the first, and names have the letters that are allowed")
    func names() {
        metrics.makeMeter(label: "same", dimensions: []).set(Int64(1))
        metrics.makeRecorder(label: "same", dimensions: [], aggregate: true).record(5.0)
        #expect(metrics.text.contains("\nsame 1\n"))
        #expect(PrometheusMetrics.name("1.ä-b") == "_1___b")
    }

    @Test("requests are counted by path and class, and shown")
    func requests() async throws {
        try await ServerFixture.run { server in
            _ = try await server.submit()
            _ = try await server.ask("GET", "/v1/messages/m1")
            _ = try await server.ask("GET", "/v1/messages/other")
            _ = try await server.ask("GET", "/secret-path")
            let answer = try await server.ask("GET", "/metrics", headers: ["accept: text/plain"])
            #expect(answer.status == 200 && answer.headers["content-type"] == PrometheusMetrics.contentType)
            for line in [
                #"notify_http_requests_total{endpoint="/v1/messages",status="2xx"} 1"#,
                #"notify_http_requests_total{endpoint="/v1/messages/{id}",status="2xx"} 1"#,
                #"notify_http_requests_total{endpoint="/v1/messages/{id}",status="4xx"} 1"#,
                #"notify_http_requests_total{endpoint="none",status="4xx"} 1"#,
                "# TYPE notify_http_request_duration_seconds histogram", "# TYPE notify_outbox_entries gauge",
            ] {
                #expect(answer.text.contains(line + "\n"), "\(line)")
            }
            #expect(!answer.text.contains("secret-path"))
        }
    }
}
