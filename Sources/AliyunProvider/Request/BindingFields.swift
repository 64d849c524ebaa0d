import NotificationGateway

/// The fields of a template's binding to a Dysms provider.
enum BindingFields {
    static let templateCode = OptionField(
        "template_code", .string, required: true, help: "The vendor's code of the approved template: SMS_….")
    static let signName = OptionField(
        "sign_name", .string, help: "The approved sign name, without 【】; the provider's own where none is given.")
    static let extendCode = OptionField(
        "sms_up_extend_code", .string, help: "Extension digits of the sender number, for replies.")

    static let schema = OptionSchema([templateCode, signName, extendCode])
}
