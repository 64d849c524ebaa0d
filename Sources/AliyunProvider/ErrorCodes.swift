public import NotificationGateway

/// What each of the vendor's codes means: one table, read by the provider and by the documentation.
///
/// The vendor decides by code: most business codes arrive under HTTP 200. An exact row is taken first, then the longest
/// prefix that fits, then the HTTP status decides (``DysmsErrorCodes/meaning(of:status:)``).
public enum DysmsErrorCodes {
    /// Where a row comes from.
    public enum Page: String, Sendable, Hashable, CaseIterable {
        /// The SMS product's codes.
        case business = "https://help.aliyun.com/document_detail/101346.html"
        /// The codes in delivery receipts, some of which were seen as answers.
        case receipts = "https://help.aliyun.com/document_detail/101347.html"
        /// The codes that the API gateway gives before the product sees the request.
        case gateway = "https://api.aliyun.com/document/Dysmsapi/2017-05-25/errorCode"
    }

    /// How a row's code is compared.
    public enum Match: Sendable, Hashable {
        /// The whole code.
        case exact
        /// The code's beginning.
        case prefix
        /// The code's beginning, and an upper-case letter after it: `MissingPhoneNumbers`.
        case name
    }

    /// When the vendor will take a message again.
    public enum Pause: Sendable, Hashable {
        /// It does not say.
        case unsaid
        /// The answer's headers may say: `x-acs-retry-after` (milliseconds) or `Retry-After`.
        case header
        /// The text names the level of the limit: a minute, an hour, or the day's end in GMT+8.
        case level
        /// At midnight GMT+8.
        case dayEnd
        /// At the month's end in GMT+8.
        case monthEnd
    }

    /// One row.
    public struct Row: Sendable, Hashable {
        /// The code, or its beginning.
        public var code: String
        /// How it is compared.
        public var match: Match
        /// What it means.
        public var reason: Reason
        /// What is known of the message.
        public var acceptance: Acceptance
        /// When the vendor will take a message again.
        public var pause: Pause
        /// Where the vendor says so.
        public var page: Page

        init(
            _ page: Page, _ code: String, _ reason: Reason, _ acceptance: Acceptance = .rejected,
            match: Match = .exact, pause: Pause = .unsaid
        ) {
            self.code = code
            self.match = match
            self.reason = reason
            self.acceptance = acceptance
            self.pause = pause
            self.page = page
        }
    }

    /// The request is more than fifteen minutes old or young: the one refusal that the client can mend itself.
    static let expiredTimestamp = "InvalidTimeStamp.Expired"
    /// A request with the same nonce has arrived before.
    static let usedNonce = "SignatureNonceUsed"

    /// Every row, in the order of the documentation.
    public static let rows = businessRows + receiptRows + managementRows + gatewayRows

    private static let exactRows = Dictionary(
        rows.filter { $0.match == .exact }.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
    private static let prefixRows = rows.filter { $0.match != .exact }
        .sorted { $0.code.utf8.count > $1.code.utf8.count }

    /// The row of a code; `nil` for a code that nobody foresaw.
    public static func row(for code: String) -> Row? {
        exactRows[code] ?? prefixRows.first { $0.fits(code) }
    }

    /// What a code means together with the HTTP status, also for a code that is in no row, or none at all.
    public static func meaning(of code: String?, status: Int) -> (reason: Reason, acceptance: Acceptance, pause: Pause)
    {
        if let row = code.flatMap(row(for:)) { return (row.reason, row.acceptance, row.pause) }
        switch status {
        case 429: return (.throttled, .rejected, .header)
        case 401, 403: return (.permissionDenied, .rejected, .unsaid)
        case 404, 405, 407: return (.configuration, .rejected, .unsaid)
        case 400...499: return (.vendorError, .rejected, .header)
        case 500...599: return (.vendorError, .unknown, .header)
        default: return (code == nil ? .invalidAnswer : .vendorError, .unknown, .unsaid)
        }
    }
}

extension DysmsErrorCodes.Row {
    fileprivate func fits(_ other: String) -> Bool {
        guard other.hasPrefix(code) else { return false }
        guard match == .name else { return true }
        return other.utf8.dropFirst(code.utf8.count).first.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
            ?? false
    }
}
