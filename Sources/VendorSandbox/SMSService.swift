import Foundation

/// The operations of Dysms 2017-05-25. A value: what it keeps is the sandbox's state.
struct SMSService: Sendable {
    let templates: [String: SandboxConfiguration.Template]
    private var inbox = Inbox()
    private var lastBizID = 900_619_746_936_498_440

    static let actions: Set<String> = ["SendSms", "SendBatchSms", "QuerySendDetails"]

    init(templates: [String: SandboxConfiguration.Template]) {
        self.templates = templates
    }

    /// What the phones received, oldest first.
    var messages: [InboxMessage] { inbox.messages }

    mutating func clear() { inbox = Inbox() }

    /// Carries out an operation; what it returns is put beside `Code`, `Message` and `RequestId`.
    mutating func perform(_ request: AuthenticatedRequest, at time: Date) throws(VendorFault) -> [String: any Sendable]
    {
        switch request.action {
        case "SendSms": return try send(request, time)
        case "SendBatchSms": return try sendBatch(request, time)
        default: return try query(request)
        }
    }

    // MARK: Sending

    private struct Item {
        var phone: String
        var sign: String
        var parameters: String?
    }

    private mutating func send(
        _ request: AuthenticatedRequest, _ time: Date
    ) throws(VendorFault) -> [String: any Sendable] {
        let numbers = try request.required("PhoneNumbers").split(separator: ",", omittingEmptySubsequences: false)
        let sign = try request.required("SignName")
        guard numbers.count <= 1_000 else {
            throw .service("isv.MOBILE_COUNT_OVER_LIMIT", "手机号码数量超过限制")
        }
        let items = numbers.map { Item(phone: String($0), sign: sign, parameters: request.parameters["TemplateParam"]) }
        return try take(items, request, time)
    }

    private mutating func sendBatch(
        _ request: AuthenticatedRequest, _ time: Date
    ) throws(VendorFault) -> [String: any Sendable] {
        let phones = try strings(try request.required("PhoneNumberJson"))
        let signs = try strings(try request.required("SignNameJson"))
        var parameters: [String?] = phones.map { _ in nil }
        if let text = request.parameters["TemplateParamJson"], !text.isEmpty {
            parameters = try objects(text).map(\.self)
        }
        guard phones.count <= 100 else { throw .service("isv.MOBILE_COUNT_OVER_LIMIT", "手机号码数量超过限制") }
        var extendCodes = phones
        if let text = request.parameters["SmsUpExtendCodeJson"], !text.isEmpty { extendCodes = try strings(text) }
        guard phones.count == signs.count, phones.count == parameters.count, phones.count == extendCodes.count,
            !phones.isEmpty
        else { throw .service("isv.INVALID_PARAMETERS", "参数数量不一致") }
        let items = phones.indices.map { Item(phone: phones[$0], sign: signs[$0], parameters: parameters[$0]) }
        return try take(items, request, time)
    }

    /// Takes all or none, as the vendor does.
    private mutating func take(
        _ items: [Item], _ request: AuthenticatedRequest, _ time: Date
    ) throws(VendorFault) -> [String: any Sendable] {
        let code = try request.required("TemplateCode")
        guard code.hasPrefix("SMS_") else { throw .service("isv.SMS_TEMPLATE_ILLEGAL", "短信模版不合法") }
        if let reference = request.parameters["OutId"], reference.count > 255 {
            throw .service("isv.PARAM_LENGTH_LIMIT", "参数超出长度限制")
        }
        let bizID = "\(lastBizID + 1)^0"
        var taken: [InboxMessage] = []
        for item in items {
            guard let phone = PhoneBook.normalized(item.phone) else {
                throw .service("isv.MOBILE_NUMBER_ILLEGAL", "非法手机号")
            }
            try check(phone, against: templates[code])
            taken.append(
                InboxMessage(
                    phone: phone, text: "【\(item.sign)】" + (try render(code, item.parameters)), sign: item.sign,
                    template_code: code, template_param: item.parameters, out_id: request.parameters["OutId"],
                    biz_id: bizID, access_key_id: request.accessKeyID, received_at: Self.beijing(time)))
        }
        lastBizID += 1
        inbox.take(taken)
        return ["BizId": bizID]
    }

    private func check(_ phone: String, against template: SandboxConfiguration.Template?) throws(VendorFault) {
        guard let template else { return }
        if template.isInternational, PhoneBook.isMainland(phone) {
            throw .service("isv.DOMESTIC_NUMBER_NOT_SUPPORTED", "国际/港澳台消息模板不支持发送境内号码")
        }
        if !template.isInternational, !PhoneBook.isMainland(phone) {
            throw .service("isv.MOBILE_NUMBER_ILLEGAL", "非法手机号")
        }
    }

    // MARK: Templates

    private func render(_ code: String, _ parameters: String?) throws(VendorFault) -> String {
        let values = try variables(parameters)
        guard let template = templates[code] else {
            return values.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")
        }
        var text = ""
        var rest = template.text[...]
        while let open = rest.range(of: "${"), let close = rest[open.upperBound...].firstIndex(of: "}") {
            let name = String(rest[open.upperBound..<close])
            guard let value = values[name] else {
                throw .service("isv.TEMPLATE_MISSING_PARAMETERS", "模版缺少变量\(name)")
            }
            text += rest[..<open.lowerBound] + value
            rest = rest[rest.index(after: close)...]
        }
        return text + rest
    }

    private func variables(_ text: String?) throws(VendorFault) -> [String: String] {
        guard let text, !text.isEmpty else { return [:] }
        guard let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
            throw .service("isv.INVALID_JSON_PARAM", "JSON参数不合法，只接受字符串值")
        }
        var values: [String: String] = [:]
        for (name, value) in object {
            guard let value = value as? String else {
                throw .service("isv.INVALID_JSON_PARAM", "JSON参数不合法，只接受字符串值")
            }
            values[name] = value
        }
        return values
    }

    private func strings(_ text: String) throws(VendorFault) -> [String] {
        guard let list = try? JSONDecoder().decode([String].self, from: Data(text.utf8)) else {
            throw .service("isv.INVALID_JSON_PARAM", "JSON参数不合法，只接受字符串值")
        }
        return list
    }

    private func objects(_ text: String) throws(VendorFault) -> [String] {
        guard let list = try? JSONDecoder().decode([[String: String]].self, from: Data(text.utf8)) else {
            throw .service("isv.INVALID_JSON_PARAM", "JSON参数不合法，只接受字符串值")
        }
        return list.compactMap { object in
            (try? JSONEncoder().encode(object)).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    // MARK: Asking

    private func query(_ request: AuthenticatedRequest) throws(VendorFault) -> [String: any Sendable] {
        let phone = try request.required("PhoneNumber")
        let date = try request.required("SendDate")
        guard let size = Int(try request.required("PageSize")), (1...50).contains(size),
            let page = Int(try request.required("CurrentPage")), page >= 1, date.count == 8, Int(date) != nil
        else { throw .service("isv.INVALID_PARAMETERS", "参数异常") }
        guard let number = PhoneBook.normalized(phone) else {
            throw .service("isv.MOBILE_NUMBER_ILLEGAL", "非法手机号")
        }
        let found = inbox.messages(to: number).filter { message in
            message.received_at.prefix(10).filter { $0 != "-" } == date
                && [nil, "", message.biz_id].contains(request.parameters["BizId"])
        }
        let start = min((page - 1).multipliedReportingOverflow(by: size).partialValue, found.count)
        let details = found[max(0, start)..<min(found.count, max(0, start) + size)].map {
            message -> [String: any Sendable] in
            [
                "PhoneNum": message.phone, "SendStatus": 3, "SendDate": message.received_at,
                "ReceiveDate": message.received_at, "ErrCode": "DELIVERED", "TemplateCode": message.template_code,
                "Content": message.text, "OutId": message.out_id ?? "",
            ]
        }
        return [
            "TotalCount": String(found.count),
            "SmsSendDetailDTOs": ["SmsSendDetailDTO": details] as [String: any Sendable],
        ]
    }

    private static func beijing(_ time: Date) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 8 * 3_600)
        formatter.dateFormat = "yyyy-MM-dd HH:mm:ss"
        return formatter.string(from: time)
    }
}

extension AuthenticatedRequest {
    fileprivate func required(_ name: String) throws(VendorFault) -> String {
        guard let value = parameters[name], !value.isEmpty else { throw .missing(name) }
        return value
    }
}
