import GatewayTestKit
import HTTPTransport
import NotificationGateway
import ProviderConformance
import Synchronization

extension ConformanceSubject {
    /// The made-up vendor, and its provider with or without a fault.
    static func model(fault: Fault? = nil, isDeaf: Bool = false) -> ConformanceSubject {
        ConformanceSubject(
            kind: "model",
            requests: [SampleRequests.code()],
            failures: [
                ScriptedFailure(
                    "too many requests", .answers(VendorAnswer(status: 200, text: "ERROR LIMIT slow down")),
                    gives: .throttled, .rejected, vendorCode: "LIMIT"),
                ScriptedFailure(
                    "a wrong number", .answers(VendorAnswer(status: 200, text: "ERROR NUMBER 13800138000 is wrong")),
                    gives: .invalidRecipient, .rejected, vendorCode: "NUMBER"),
                ScriptedFailure(
                    "an unknown code", .answers(VendorAnswer(status: 200, text: "ERROR NEW.CODE nobody knows it")),
                    gives: .vendorError, .rejected, vendorCode: "NEW.CODE"),
            ],
            successAnswer: VendorAnswer(status: 200, text: "OK biz-m1-1 END"),
            secrets: [ModelProvider.secret], volatileFields: ["nonce"],
            vendorMessageID: { "biz-\($0)" }
        ) { (behaviour: VendorBehaviour) async throws(NotApplicable) -> ProviderUnderTest in
            let vendor = HTTPVendor(modelVendor: ())
            let transport = try vendor.transport(behaviour)
            let clock = ManualClock()
            let provider = ModelProvider(transport, clock: clock, random: SeededRandom(), fault: fault, isDeaf: isDeaf)
            return vendor.bench(provider, transport, clock: clock)
        }
    }
}

extension HTTPVendor {
    fileprivate init(modelVendor: Void) {
        let known = Known()
        self.init(
            accept: { request in
                let fields = Self.fields(request.body)
                if let wanted = fields.first(where: { $0.name == "query" })?.value {
                    let word = known.references.withLock { $0.contains(wanted) } ? "KNOWN" : "UNKNOWN"
                    return VendorAnswer(status: 200, text: "\(word) \(wanted) END")
                }
                let reference = fields.first { $0.name == "reference" }?.value ?? ""
                known.references.withLock { _ = $0.insert(reference) }
                return VendorAnswer(status: 200, text: "OK biz-\(reference) END")
            },
            dissect: { ("\($0.method.rawValue) \($0.url)", Self.fields($0.body)) })
    }

    private final class Known: Sendable {
        let references = Mutex<Set<String>>([])
    }

    private static func fields(_ body: [UInt8]) -> [RequestPreview.Field] {
        String(decoding: body, as: UTF8.self).split(separator: "\n").map { line in
            let colon = line.firstIndex(of: ":") ?? line.endIndex
            return RequestPreview.Field(String(line[..<colon]), String(line[colon...].dropFirst(2)))
        }
    }
}
