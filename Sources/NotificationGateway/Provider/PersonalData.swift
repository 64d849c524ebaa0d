/// What a message says in confidence: whom it is for, and what they are told.
///
/// Vendors repeat what they were told. A provider takes all of this out of a vendor's words before it throws them as an
/// error, because errors stand in trails, logs and outputs.
public struct PersonalData: Sendable {
    /// The receivers, whose addresses a vendor may spell in any way.
    public var recipients: [Recipient]
    /// The values of parameters, and finished texts.
    public var texts: [String]

    /// Lists what is known; nothing where it is not.
    public init(recipients: [Recipient] = [], texts: [String] = []) {
        self.recipients = recipients
        self.texts = texts
    }
}

extension PersonalData: MaskedDescription {
    /// How much there is.
    public var description: String { "\(recipients.count) recipients and \(texts.count) texts" }
}

extension ProviderContent {
    /// The values of the parameters and the text.
    var personalTexts: [String] { parameters.map(\.value) + (text.map { [$0] } ?? []) }
}

extension ProviderRequest {
    /// What the request says in confidence.
    public var personalData: PersonalData {
        PersonalData(
            recipients: recipients, texts: content.personalTexts + individualContents.flatMap(\.personalTexts))
    }
}
