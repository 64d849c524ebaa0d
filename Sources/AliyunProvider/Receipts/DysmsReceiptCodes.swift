import NotificationGateway

/// What the codes of delivery receipts mean, in words.
///
/// Source: https://help.aliyun.com/document_detail/101347.html; the last rows are carriers' own words, seen in receipts.
public enum DysmsReceiptCodes {
    /// The meaning of a code; `nil` for one that nobody foresaw.
    public static func explanation(of code: String) -> String? {
        rows[code] ?? (DysmsErrorCodes.row(for: code).map { "refused: \($0.reason.rawValue)" })
            ?? (isCarriers(code) ? "the carrier's own code, which the vendor does not explain" : nil)
    }

    /// Two letters, a colon and four digits: `MK:0010`, `DB:0141`.
    private static func isCarriers(_ code: String) -> Bool {
        let bytes = Array(code.utf8)
        return bytes.count == 7 && bytes[2] == UInt8(ascii: ":")
            && bytes[..<2].allSatisfy { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) }
            && bytes[3...].allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    /// Every row.
    public static let rows: [String: String] = [
        "DELIVERED": "received",
        "DELIVRD": "received",
        "REQUEST_SUCCESS": "handed to the carrier, which has not reported yet",
        "MOBILE_NOT_ON_SERVICE": "the phone is off, out of service or out of reach, or the number is not in use",
        "INVALID_NUMBER": "the number is in an abnormal state or malformed",
        "MOBILE_ACCOUNT_ABNORMAL": "the number's account is abnormal: in arrears or ported",
        "MOBILE_SEND_LIMIT": "the number got as many messages as is allowed",
        "MOBILE_IN_BLACK": "the number is on a blacklist of the platform or the carrier",
        "MOBLLE_TERMINAL_ERROR": "the phone could not take the message: memory or SIM card full",
        "MOBILE_TERMINAL_ERROR": "the phone could not take the message: memory or SIM card full",
        "USER_REJECT": "the receiver has opted out",
        "CONTENT_KEYWORD": "the carrier filtered a word of the text",
        "CONTENT_ERROR": "a promotion without the words by which one opts out",
        "SIGNATURE_BLACKLIST": "the sign name is banned",
        "PORT_NOT_REGISTERED": "the sign name is not registered with the carrier",
        "NO_ROUTE": "there is no channel for this content",
        "SP_NOT_BY_INTER_SMS": "the receiver has no international messages",
        "SP_UNKNOWN_ERROR": "the carrier gave no reason",
        "EXPIRED": "the carrier gave up waiting for the phone",
        "IS_CLOSE": "the vendor's route was closed",
        "PARAMS_ILLEGAL": "the vendor found a parameter wrong",
        "FILTER": "the vendor filtered the text",
        "UNDELIV": "the phone is off or suspended",
        "REJECTD": "the carrier filtered the message",
        "MBBLACK": "the number is on the carrier's blacklist",
        "BLACK": "the number is on the carrier's blacklist",
        "DELETED": "the carrier deleted the message",
        "UNKNOWN": "the carrier does not know what became of it",
        "ACCEPTD": "the carrier took it and has not reported yet",
    ]
}
