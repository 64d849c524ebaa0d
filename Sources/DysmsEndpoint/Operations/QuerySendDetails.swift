import NotificationGateway

/// `QuerySendDetails`: what was sent to a number on a day of GMT+8.
///
/// Source: https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-querysenddetails
struct QuerySendDetails {
    /// Most records of a page.
    static let largestPage = 50
    /// How many days back a day may be.
    static let mostDays: Int64 = 30

    let settings: EndpointSettings
    let call: SignedCall
    let now: WallTime

    /// The question that is asked.
    func query() throws(EndpointError) -> HistoryQuery {
        let phone = try call.parameters.required("PhoneNumber")
        let date = try call.parameters.required("SendDate")
        let size = Int(try call.parameters.required("PageSize"))
        let page = Int(try call.parameters.required("CurrentPage"))
        guard let size, (1...Self.largestPage).contains(size), let page, page >= 1,
            let from = VendorTime.beginning(ofDay: date),
            now.advanced(by: -(Self.mostDays + 1) * VendorTime.day) < from
        else { throw .invalidParameters }
        let (offset, overflow) = (page - 1).multipliedReportingOverflow(by: size)
        return HistoryQuery(
            tenant: call.key.tenant, recipient: try VendorNumber.read(phone), from: from,
            before: from.advanced(by: VendorTime.day), bizID: call.parameters.filled("BizId"),
            offset: overflow ? .max : offset, limit: size)
    }

    /// The answer's own fields.
    func fields(of page: HistoryPage, to recipient: PhoneNumber) -> [AnswerField] {
        let details = page.records.map { AnswerValue.object(detail($0, recipient)) }
        return [
            AnswerField("TotalCount", String(page.total)),
            AnswerField("SmsSendDetailDTOs", .object([AnswerField("SmsSendDetailDTO", .list(details))])),
        ]
    }

    private func detail(_ record: HistoryRecord, _ recipient: PhoneNumber) -> [AnswerField] {
        var fields = [
            AnswerField("PhoneNum", VendorNumber.text(of: recipient)),
            AnswerField("SendDate", VendorTime.text(of: record.submittedAt)),
            AnswerField("TemplateCode", record.echo.templateCode), AnswerField("Content", content(of: record)),
        ]
        if let outID = record.echo.outID { fields.append(AnswerField("OutId", outID)) }
        switch record.state {
        case .waiting: fields.append(AnswerField("SendStatus", .number(1)))
        case .failed(let code):
            fields += [AnswerField("SendStatus", .number(2)), AnswerField("ErrCode", code)]
        case .received(let code):
            fields += [AnswerField("SendStatus", .number(3)), AnswerField("ErrCode", code)]
        }
        if let time = record.endedAt { fields.append(AnswerField("ReceiveDate", VendorTime.text(of: time))) }
        return fields
    }

    /// What the receiver read, the sign before it.
    private func content(of record: HistoryRecord) -> String {
        let text = settings.templates[record.echo.templateCode]?.text?.rendered { record.parameters[$0] }
        return "【\(record.echo.signName)】\(text ?? "")"
    }
}
