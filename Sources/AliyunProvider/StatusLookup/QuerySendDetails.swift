import HTTPProviderSupport
import NotificationGateway

/// The operation `QuerySendDetails`: the messages that one number got on one day of GMT+8.
///
/// Source: https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-querysenddetails
enum QuerySendDetails {
    /// Most records in one page.
    static let pageSize = 50
    /// More pages than a person's messages of one day can fill: past this the vendor's counting cannot be right.
    static let maxPages = 40

    /// The call for one page, counted from 1; all parameters in the query, as the product's own client places them.
    static func call(phone: String, day: String, page: Int) -> RPCCall {
        RPCCall(
            "QuerySendDetails",
            query: [
                RPCParameter("CurrentPage", String(page)), RPCParameter("PageSize", String(pageSize)),
                RPCParameter("PhoneNumber", phone), RPCParameter("SendDate", day),
            ])
    }

    /// The days that have to be asked for a message sent at a time: around midnight, both.
    ///
    /// A clock may be 15 minutes off before the vendor refuses a request, so that much counts as "around".
    ///
    /// - Parameter skew: how far the vendor's clock was found ahead of the one that told the time, in seconds. Whether it
    ///   was so already when the message was sent is not known, so that both times are asked for.
    static func days(around time: WallTime, skew: Int64 = 0) -> [String] {
        var days: [String] = []
        for offset: Int64 in [0, -900, 900, skew, skew - 900, skew + 900] {
            let date = VendorTime.shifted(time.advanced(by: offset)).components
            let day = padded(date.year, 4) + padded(date.month, 2) + padded(date.day, 2)
            if !days.contains(day) { days.append(day) }
        }
        return days
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
    }

    /// One page of the answer.
    struct Page: Sendable {
        /// How many records there are in all, when the vendor says so.
        var total: Int?
        var records: [JSONValue]

        /// Reads a page. An answer that lacks the list may only stand for "none" when it says so by its count.
        ///
        /// - Throws: ``NotificationGateway/ProviderError`` with reason `invalidAnswer`.
        init(_ body: [UInt8]) throws(ProviderError) {
            guard let document = try? JSONValue(parsing: body) else { throw Self.invalid }
            total = document["TotalCount"]?.lenientInteger
            if let total, total < 0 { throw Self.invalid }
            let list = document["SmsSendDetailDTOs"]?["SmsSendDetailDTO"]
            switch list {
            case .array(let elements):
                // What is no record could be the wanted one, garbled: it must not read as "not found".
                guard elements.allSatisfy(\.isObject) else { throw Self.invalid }
                records = elements
            case .object: records = list.map { [$0] } ?? []
            default:
                guard total == 0 else { throw Self.invalid }
                records = []
            }
        }

        private static var invalid: ProviderError {
            ProviderError(
                .invalidAnswer, .unknown, message: "the vendor's list of sent messages cannot be read; ask again")
        }
    }
}

extension JSONValue {
    fileprivate var isObject: Bool {
        guard case .object = self else { return false }
        return true
    }
}

extension StatusRecord {
    /// Reads one record; fields that are missing or of another type stay empty.
    init(_ detail: JSONValue, expecting wanted: PhoneNumber, format: PhoneFormat) {
        // 1 waits for the carrier's receipt, 2 failed, 3 received.
        let state: State =
            switch detail["SendStatus"]?.lenientInteger {
            case 2: .failed
            case 3: .delivered
            default: .pending
            }
        let text: (String) -> String? = { SendSms.filled(detail[$0]?.lenientText) }
        let code = text("ErrCode")
        self.init(
            state: state,
            recipient: text("PhoneNum").flatMap { format.number(from: $0, expecting: wanted) }.map(Recipient.phone),
            reference: text("OutId"), vendorCode: code.map(VendorCode.init(rawValue:)),
            explanation: code.flatMap(DysmsReceiptCodes.explanation), sentAt: text("SendDate"),
            receivedAt: text("ReceiveDate"), endedAt: text("ReceiveDate").flatMap(VendorTime.read),
            template: text("TemplateCode"), text: text("Content"))
    }
}
