import NotificationGateway
import ProviderConformance

extension Fault {
    private static let failures = ConformanceRule.named("failures are classified")

    static let ofFailures = ofReasons + ofVendorsWords

    private static let ofReasons: [Fault] = [
        Fault("takes throttling for a failure of the vendor", breaks: failures) {
            $0.error = { if $1.code == "LIMIT" { $0.reason = .vendorError } }
        },
        Fault("takes a wrong number for a wrong request", breaks: failures) {
            $0.error = { if $1.code == "NUMBER" { $0.reason = .invalidRequest } }
        },
        Fault("takes a refusal for acceptance", breaks: failures) { $0.acceptance = { $0.code == "NUMBER" } },
        Fault("leaves open whether a refused message was taken", breaks: failures) {
            $0.error = { if $1.code == "NUMBER" { $0.acceptance = .unknown } }
        },
        Fault("calls a failure of the vendor's system a refusal", breaks: failures) {
            $0.error = { if $1.code == "SYSTEM" { $0.acceptance = .rejected } }
        },
    ]

    private static let ofVendorsWords: [Fault] = [
        Fault("loses the vendor's code", breaks: failures) { $0.error = { error, _ in error.vendorCode = nil } },
        Fault("loses codes that it does not know", breaks: failures) {
            $0.error = { if $1.code == "NEW.CODE" { $0.vendorCode = nil } }
        },
        Fault("writes the vendor's code in its own way", breaks: failures) {
            $0.error = { error, _ in
                error.vendorCode = error.vendorCode.map { VendorCode(rawValue: $0.rawValue.lowercased()) }
            }
        },
        Fault("loses the vendor's id of a failed exchange", breaks: failures) {
            $0.error = { error, _ in error.requestID = nil }
        },
        Fault("loses the pause that the vendor asks for", breaks: failures) {
            $0.error = { error, _ in error.retryAfter = nil }
        },
        Fault("reads a pause in seconds as one in milliseconds", breaks: failures) {
            $0.error = { error, _ in error.retryAfter = error.retryAfter.map { $0 / 1_000 } }
        },
        Fault("has no word for a failure", breaks: failures) { $0.error = { error, _ in error.message = "" } },
    ]
}
