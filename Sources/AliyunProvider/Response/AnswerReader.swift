import HTTPProviderSupport
import HTTPTransport
import NotificationGateway

/// What has to be known of a request to judge its answer.
struct AnsweredCall: Sendable {
    var call: RPCCall
    var stamp: RequestStamp
    var signer: any RequestSigner
    /// The local time at which the answer came.
    var receivedAt: WallTime
    /// What must not stand in an error.
    var redaction: TextRedaction
    /// It was signed a second time, by the vendor's clock.
    var isCorrected = false
}

/// Judges answers: success is HTTP 200 with code `OK` and nothing else; the rest becomes a ``ProviderError`` by the
/// table.
enum AnswerReader {
    /// Whether the vendor said that it took the request.
    static func isSuccess(_ answer: VendorAnswer, status: Int) -> Bool { status == 200 && answer.code == "OK" }

    /// What a failed answer means.
    static func error(
        _ answer: VendorAnswer, _ response: HTTPResponse, to answered: AnsweredCall
    ) -> ProviderError {
        guard let code = answer.code, !code.isEmpty, code != "OK" else {
            return unreadable(answer, response, answered)
        }
        let meaning = DysmsErrorCodes.meaning(of: code, status: response.status)
        let text = answer.message ?? ""
        var error = ProviderError(
            meaning.reason, meaning.acceptance,
            vendorCode: VendorCode(rawValue: shown(code, answered.redaction)),
            message: answered.redaction.redact(text),
            requestID: answer.requestID.map { answered.redaction.redact($0, limit: 128) },
            retryAfter: pause(meaning.pause, text, response, answered.receivedAt))
        switch code {
        case "isv.BLACK_KEY_CONTROL_LIMIT": error.reason = blacklistReason(text)
        case "SignatureDoesNotMatch": error.message = SignatureMismatch.explanation(text, answered)
        case DysmsErrorCodes.expiredTimestamp: error.message += ClockSkew.explanation(response, answered)
        default: break
        }
        if error.message.isEmpty { error.message = "the vendor gave no text; HTTP status \(response.status)" }
        return error
    }

    /// A code of the table is verbatim even where a parameter's value happens to be part of it.
    private static func shown(_ code: String, _ redaction: TextRedaction) -> String {
        DysmsErrorCodes.row(for: code)?.code == code ? code : redaction.redact(code, limit: 128)
    }

    // MARK: Without a code

    private static func unreadable(
        _ answer: VendorAnswer, _ response: HTTPResponse, _ answered: AnsweredCall
    ) -> ProviderError {
        let meaning = DysmsErrorCodes.meaning(of: nil, status: response.status)
        // "OK" under another status than 200 contradicts itself: whatever the status says, the message may be on its
        // way.
        let isContradiction = answer.code == "OK"
        return ProviderError(
            isContradiction ? .invalidAnswer : meaning.reason, isContradiction ? .unknown : meaning.acceptance,
            message: "HTTP status \(response.status), \(words(for: answer))",
            requestID: answer.requestID.map { answered.redaction.redact($0, limit: 128) },
            retryAfter: pause(meaning.pause, "", response, answered.receivedAt))
    }

    private static func words(for answer: VendorAnswer) -> String {
        switch answer.form {
        case .html: "an HTML page: a proxy or load balancer answered, not the vendor's service"
        case .empty: "an empty body"
        case .unreadable: "a body that cannot be read as an answer of the vendor"
        case .json, .xml: answer.code == "OK" ? "code OK all the same" : "an answer without a code"
        }
    }

    // MARK: Details

    private static func pause(
        _ pause: DysmsErrorCodes.Pause, _ text: String, _ response: HTTPResponse, _ now: WallTime
    ) -> Duration? {
        switch pause {
        case .unsaid: nil
        case .header:
            response.headers["x-acs-retry-after"].flatMap(RetryAfter.parseMilliseconds)
                ?? RetryAfter.pause(in: response.headers, now: now)
        case .level: LimitLevel.pause(named: text, now: now)
        case .dayEnd: LimitLevel.untilDayEnd(now)
        case .monthEnd: LimitLevel.untilMonthEnd(now)
        }
    }

    /// The code once meant forbidden words in a variable, and today a number on a list.
    private static func blacklistReason(_ text: String) -> Reason {
        let words = ["关键字", "关键词", "敏感", "违禁", "变量", "内容", "keyword", "sensitive", "content", "variable"]
        let lowercased = text.lowercased()
        return words.contains { lowercased.contains($0) } ? .invalidContent : .blockedRecipient
    }
}

/// Explains a refused signature: whose fault it is can be told from the text that the server signed.
enum SignatureMismatch {
    /// The vendor's sentence without its string to sign, which holds numbers and parameters, and what follows from it.
    static func explanation(_ text: String, _ answered: AnsweredCall) -> String {
        guard let colon = text.firstIndex(of: ":") else {
            return answered.redaction.redact(text) + " (check access_key_secret)"
        }
        let sentence = answered.redaction.redact(String(text[..<colon]), limit: 120)
        let theirs = withoutSpace(text[text.index(after: colon)...])
        let ours = withoutSpace(answered.signer.stringToSign(answered.call, answered.stamp)[...])
        let isOurs = !theirs.isEmpty && (theirs == ours || theirs.hasSuffix(ours))
        let verdict =
            isOurs
            ? "the vendor signed the very same text, so access_key_secret is wrong"
            : "the vendor signed another text: something between here and the vendor changes requests, "
                + "or the signing is at fault"
        return "\(sentence) (\(verdict))"
    }

    private static func withoutSpace(_ text: Substring) -> String { text.filter { !$0.isWhitespace } }
}

/// Explains a refused timestamp by the vendor's own clock.
enum ClockSkew {
    /// ` (the local clock is 17 min 3 s ahead of the vendor's)`.
    static func explanation(_ response: HTTPResponse, _ answered: AnsweredCall) -> String {
        let correction = answered.isCorrected ? "; signed again by the vendor's clock, it was refused again" : ""
        return " (\(verdict(response, answered))\(correction))"
    }

    private static func verdict(_ response: HTTPResponse, _ answered: AnsweredCall) -> String {
        guard let date = response.headers["Date"].flatMap(HTTPDate.parse) else {
            return "check the local clock: the vendor refuses what is more than 15 minutes off"
        }
        let skew = answered.receivedAt.secondsSinceEpoch - date.secondsSinceEpoch
        if skew == 0 { return "the local clock agrees with the vendor's; the request may have been held up" }
        return "the local clock is \(words(skew.magnitude)) \(skew > 0 ? "ahead of" : "behind") the vendor's"
    }

    private static func words(_ seconds: UInt64) -> String {
        let parts = [
            (seconds / 86_400, "d"), (seconds / 3_600 % 24, "h"), (seconds / 60 % 60, "min"), (seconds % 60, "s"),
        ]
        return parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: " ")
    }
}
