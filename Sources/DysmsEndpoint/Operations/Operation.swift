/// The operations of Dysms 2017-05-25 that the endpoint speaks.
enum Operation: String, Sendable, CaseIterable {
    case sendSms = "SendSms"
    case sendBatchSms = "SendBatchSms"
    case querySendDetails = "QuerySendDetails"

    /// The version of the vendor's API.
    static let version = "2017-05-25"

    /// The operation of a name.
    ///
    /// - Throws: `UnsupportedOperation` for one that the vendor has and the gateway has not, `InvalidAction.NotFound` for others.
    init(named name: String) throws(EndpointError) {
        guard let operation = Self(rawValue: name) else {
            throw Self.othersOfVendor.contains(name) ? .unsupportedAction : .unknownAction
        }
        self = operation
    }

    /// What the vendor offers besides.
    private static let othersOfVendor: Set<String> = [
        "AddShortUrl", "AddSmsSign", "AddSmsTemplate", "CreateSmsSign", "CreateSmsTemplate", "DeleteShortUrl",
        "DeleteSmsSign", "DeleteSmsTemplate", "GetSmsSign", "GetSmsTemplate", "ModifySmsSign", "ModifySmsTemplate",
        "QuerySendStatistics", "QueryShortUrl", "QuerySmsSign", "QuerySmsSignList", "QuerySmsTemplate",
        "QuerySmsTemplateList", "RequiredPhoneCode", "SendBatchCardSms", "SendCardSms", "SendLogisticsSms",
        "SmsConversionIntl", "UpdateSmsSign", "UpdateSmsTemplate", "ValidPhoneCode",
    ]
}
