import HTTPProviderSupport
import HTTPTransport
import NotificationGateway

/// `{"id": "…"}` where PostBox took the message, `{"error": "…", "message": "…"}` where it did not.
struct PostBoxAnswer {
    static let reasons: [String: Reason] = [
        "unknown_number": .invalidRecipient, "opted_out": .blockedRecipient, "bad_token": .authenticationFailed,
        "no_credit": .insufficientBalance, "slow_down": .throttled,
    ]
    let response: HTTPResponse

    func receipt(_ redaction: TextRedaction) throws(ProviderError) -> ProviderReceipt {
        let answer = try? JSONValue(parsing: response.body)
        let isSuccess = (200..<300).contains(response.status)
        if isSuccess, let id = answer?["id"]?.string { return ProviderReceipt(vendorMessageID: id) }
        // A success that cannot be read, or a server that failed on the way: PostBox may have taken the message.
        let acceptance: Acceptance = isSuccess || response.status >= 500 ? .unknown : .rejected
        guard let code = answer?["error"]?.string else {
            throw ProviderError(.invalidAnswer, acceptance, message: "status \(response.status) without a known answer")
        }
        throw ProviderError(
            Self.reasons[code] ?? .vendorError, acceptance, vendorCode: VendorCode(rawValue: redaction.redact(code)),
            message: redaction.redact(answer?["message"]?.string ?? "PostBox gives no reason"))
    }
}
