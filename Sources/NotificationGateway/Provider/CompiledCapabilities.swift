/// What a provider declares, in the form in which each message asks for it: bits instead of sets to hash into.
struct CompiledCapabilities: Sendable {
    private let channels: UInt8
    let takesText: Bool
    let takesVendorTemplates: Bool
    let maxRecipients: Int
    let maxIndividualRecipients: Int
    let replayGuard: ReplayGuard

    init(_ declared: Capabilities) {
        channels = declared.channels.reduce(0) { $0 | $1.bit }
        takesText = declared.content.contains(.text)
        takesVendorTemplates = declared.content.contains(.vendorTemplate)
        maxRecipients = declared.maxRecipients
        maxIndividualRecipients = declared.maxIndividualRecipients
        replayGuard = declared.replayGuard
    }

    func carry(_ channel: Channel) -> Bool { channels & channel.bit != 0 }
}

extension Channel {
    fileprivate var bit: UInt8 { 1 << UInt8(place) }
}
