import HTTPProviderSupport
public import NotificationGateway

/// Reads the delivery receipts that Dysms posts (`SmsReport`): an array of objects, one for each receipt.
///
/// The vendor signs nothing: whoever knows the address can post. The same receipt may come again.
///
/// Source: https://help.aliyun.com/document_detail/101867.html
public struct DysmsReceiptReader: ReceiptReader {
    /// More than the vendor puts in a post, and few enough to be written down at once.
    static let mostReceipts = 10_000

    private let phoneFormat = PhoneFormat(internationalPrefix: "00")

    /// Needs nothing.
    public init() {}

    /// `code` must be a number; the vendor reads nothing else.
    public var acknowledgement: ReceiptAcknowledgement {
        ReceiptAcknowledgement(contentType: "application/json;charset=UTF-8", body: #"{"code":0,"msg":"接收成功"}"#)
    }

    /// Reads a post. One receipt by itself, without the array, is taken too.
    ///
    /// - Throws: ``NotificationGateway/UnreadableReceipts`` when it is no JSON, or no list of objects.
    public func read(_ body: [UInt8]) throws(UnreadableReceipts) -> ReceiptPost {
        guard let document = try? JSONValue(parsing: body) else {
            throw UnreadableReceipts("expected a JSON array of receipts; this is no JSON document")
        }
        let elements: [JSONValue]
        switch document {
        case .array(let list): elements = list
        case .object: elements = [document]
        default: throw UnreadableReceipts("expected a JSON array of receipts; this is no array")
        }
        guard elements.count <= Self.mostReceipts else {
            throw UnreadableReceipts("expected at most \(Self.mostReceipts) receipts in a post")
        }
        let records = elements.compactMap(record)
        return ReceiptPost(records: records, unreadable: elements.count - records.count)
    }

    /// A receipt says at least what became of which message.
    private func record(_ receipt: JSONValue) -> StatusRecord? {
        let text: (String) -> String? = { SendSms.filled(receipt[$0]?.lenientText) }
        guard let succeeded = Self.truth(receipt["success"]), text("out_id") != nil || text("biz_id") != nil,
            let phone = text("phone_number")
        else { return nil }
        let code = text("err_code")
        return StatusRecord(
            state: succeeded ? .delivered : .failed,
            recipient: phoneFormat.number(from: phone, expecting: nil).map(Recipient.phone), reference: text("out_id"),
            vendorMessageID: text("biz_id"), vendorCode: code.map(VendorCode.init(rawValue:)),
            explanation: code.flatMap(DysmsReceiptCodes.explanation), sentAt: text("send_time"),
            receivedAt: text("report_time"), endedAt: text("report_time").flatMap(VendorTime.read),
            template: text("template_code"))
    }

    /// A boolean; some of the vendor's services write it as a string.
    private static func truth(_ value: JSONValue?) -> Bool? {
        switch value {
        case .boolean(let flag)?: flag
        case .string("true")?: true
        case .string("false")?: false
        default: nil
        }
    }
}
