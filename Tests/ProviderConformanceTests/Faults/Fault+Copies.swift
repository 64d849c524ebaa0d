import NotificationGateway
import ProviderConformance

extension Fault {
    private static let copies = ConformanceRule.named("copies")
    private static let ownContents = ConformanceRule.named("own contents")

    static let ofCopies: [Fault] = [
        Fault("signs a copy anew", breaks: copies) {
            $0.fields = { fields, request in
                if request.replay != nil { fields[5].value += "0" }
            }
        },
        Fault("hands out nothing that makes a copy, though its vendor refuses copies", breaks: copies) {
            $0.error = { error, _ in error.replay = nil }
        },
        Fault("hands out what makes a copy, though its vendor carries copies out", breaks: copies) {
            $0.capabilities.replayGuard = .none
        },
        Fault("makes copies of what surely did not arrive", breaks: copies) {
            $0.error = { error, about in
                error.replay = ReplayToken(reference: about.request.reference, nonce: "1", timestamp: "")
            }
        },
        Fault("gives the copy another request's reference", breaks: copies) {
            $0.error = { error, _ in error.replay?.reference = "another" }
        },
    ]

    static let ofOwnContents: [Fault] = [
        Fault("tells everybody what is meant for the first", breaks: ownContents) {
            $0.fields = { fields, request in
                fields[3].value = request.content.parameters.map { "\($0.name)=\($0.value)" }.joined(separator: ";")
            }
        },
        Fault("mixes up whom it tells what", breaks: ownContents) {
            $0.fields = { fields, _ in
                fields[3].value = fields[3].value.split(separator: "|").reversed().joined(separator: "|")
            }
        },
        Fault("declares contents of their own and refuses them", breaks: ownContents) {
            $0.refusal = { request in
                request.individualContents.isEmpty
                    ? ModelProvider.refusal(request)
                    : ProviderError(.unsupported, .rejected, message: "one content for all")
            }
        },
    ]
}
