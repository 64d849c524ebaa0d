import GatewayTestKit
import HTTPTransport
import NotificationGateway
import ProviderConformance

extension ConformanceSubject {
    /// The made-up vendor, and its provider with or without a fault.
    static func model(fault: Fault? = nil) -> ConformanceSubject {
        ConformanceSubject(
            kind: "model", requests: [SampleRequests.code()], failures: modelFailures,
            successAnswer: VendorAnswer(status: 200, text: "OK biz-m1-1 call-m1-1 END"),
            secrets: [ModelProvider.secret], volatileFields: ["nonce"], vendorMessageID: { "biz-\($0)" },
            requestID: { "call-\($0)" }, receiptPost: ModelReceipts.post
        ) { (behaviour: VendorBehaviour) async throws(NotApplicable) -> ProviderUnderTest in
            var tampering = Tampering()
            fault?.tamper(&tampering)
            let (vendor, clock, watched) = (HTTPVendor(modelVendor: ()), ManualClock(), Memory<[String]>([]))
            let transport = try vendor.transport(behaviour)
            let provider = ModelProvider(
                tampering: tampering, transport: transport, clock: clock, random: SeededRandom(),
                show: { line in watched.exchange { $0.append(line) } })
            return vendor.bench(provider, transport, clock: clock, logged: { watched.value })
        }
    }

    private static let modelFailures = [
        ScriptedFailure(
            "too many requests", .answers(VendorAnswer(status: 200, text: "ERROR LIMIT call-1 30 slow down")),
            gives: .throttled, .rejected, vendorCode: "LIMIT", requestID: "call-1", retryAfter: .seconds(30)),
        ScriptedFailure(
            "a wrong number", .answers(VendorAnswer(status: 200, text: "ERROR NUMBER call-2 - 13800138000 is wrong")),
            gives: .invalidRecipient, .rejected, vendorCode: "NUMBER", requestID: "call-2"),
        ScriptedFailure(
            "an unknown code", .answers(VendorAnswer(status: 200, text: "ERROR NEW.CODE call-3 - nobody knows it")),
            gives: .vendorError, .rejected, vendorCode: "NEW.CODE", requestID: "call-3"),
        ScriptedFailure(
            "a system that fails", .answers(VendorAnswer(status: 500, text: "ERROR SYSTEM call-4 - try again")),
            gives: .vendorError, .unknown, vendorCode: "SYSTEM", requestID: "call-4"),
    ]
}

extension HTTPVendor {
    fileprivate init(modelVendor: Void) {
        let known = Memory<Set<String>>([])
        self.init(
            accept: { request in
                let fields = Self.fields(request)
                if let wanted = fields.first(where: { $0.name == "query" })?.value {
                    return VendorAnswer(
                        status: 200, text: "\(known.value.contains(wanted) ? "KNOWN" : "UNKNOWN") \(wanted) END")
                }
                let reference = fields.first { $0.name == "reference" }?.value ?? ""
                known.exchange { $0.insert(reference) }
                return VendorAnswer(status: 200, text: "OK biz-\(reference) call-\(reference) END")
            },
            dissect: { ("\($0.method.rawValue) \($0.url)", Self.fields($0)) })
    }

    private static func fields(_ request: HTTPRequest) -> [RequestPreview.Field] {
        request.headers.map { RequestPreview.Field($0.name, $0.value) }
            + String(decoding: request.body, as: UTF8.self).split(separator: "\n").map { line in
                let parts = line.split(separator: ": ", maxSplits: 1, omittingEmptySubsequences: false)
                return RequestPreview.Field(String(parts[0]), parts.count > 1 ? String(parts[1]) : "")
            }
    }
}
