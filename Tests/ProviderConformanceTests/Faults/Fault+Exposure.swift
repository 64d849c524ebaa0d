import HTTPTransport
import NotificationGateway
import ProviderConformance

extension Fault {
    private static let privacy = ConformanceRule.named("privacy")
    private static let preview = ConformanceRule.named("preview")

    static let ofExposure = ofErrors + ofWatchers + ofShownSecrets

    private static let ofErrors: [Fault] = [
        Fault("names the recipient in its errors", breaks: privacy) {
            $0.error = { $0.message += " for \($1.request.recipients[0].address)" }
        },
        Fault("passes the vendor's words on as they are", breaks: privacy) {
            $0.error = { error, about in
                if about.code != nil, let body = about.response?.body {
                    error.message = String(decoding: body, as: UTF8.self)
                }
            }
        },
        Fault("quotes an answer that it cannot read", breaks: privacy) {
            $0.error = { error, about in
                guard about.code == nil, let body = about.response?.body else { return }
                error.message += ": " + String(decoding: body, as: UTF8.self)
            }
        },
        Fault("names the receiver in the errors of its look-up", breaks: privacy) {
            $0.records = { lookup, query throws(ProviderError) in
                do throws(ProviderError) { return try await lookup.ask(query) } catch {
                    throw ProviderError(
                        error.reason, error.acceptance, message: "\(query.recipient?.address ?? ""): \(error.message)")
                }
            }
        },
        Fault("repeats what the message said in the errors of its look-up", breaks: privacy) {
            $0.records = { lookup, query throws(ProviderError) in
                do throws(ProviderError) { return try await lookup.ask(query) } catch {
                    throw ProviderError(
                        error.reason, error.acceptance, message: "\(query.personalData.texts): \(error.message)")
                }
            }
        },
    ]

    private static let ofWatchers: [Fault] = [
        Fault("logs the address", breaks: privacy) {
            $0.watch = { request, error in error == nil ? "sending to \(request.recipients[0].address)" : nil }
        },
        Fault("logs its secret when a call fails", breaks: privacy) {
            $0.watch = { _, error in error.map { "\($0.reason) with the key \(ModelProvider.secret)" } }
        },
        Fault("logs the values when a call fails", breaks: privacy) {
            $0.watch = { request, error in error.map { "\($0.reason) for \(request.content.parameters.map(\.value))" } }
        },
        Fault("labels a metric with the number", breaks: privacy) {
            $0.watch = { request, error in
                guard error == nil, case .phone(let number) = request.recipients[0] else { return nil }
                return "requests number=\(number.nationalDigits)"
            }
        },
    ]

    private static let ofShownSecrets: [Fault] = [
        Fault("describes itself by its secret", breaks: privacy) {
            $0.words += " with the key \(ModelProvider.secret)"
        },
        Fault("keeps its secret as ordinary text", breaks: privacy) { $0.kept = ModelProvider.secret },
        Fault("previews its secret", breaks: privacy) {
            $0.preview = { preview, call, _ in preview.fields[0].value = call.headers[0].value }
        },
        Fault("previews the address", breaks: privacy) { $0.previews(2, "to") },
        Fault("previews the values", breaks: privacy) { $0.previews(4, "parameters") },
    ]

    static let ofPreviews: [Fault] = [
        Fault("previews another template than it sends", breaks: preview) {
            $0.preview = { preview, _, _ in preview.fields[3].value = "other" }
        },
        Fault("previews another destination", breaks: preview) {
            $0.preview = { preview, _, _ in preview.destination = "POST https://elsewhere.example/" }
        },
        Fault("leaves a field out of the preview", breaks: preview) {
            $0.preview = { preview, _, _ in preview.fields.removeLast() }
        },
        Fault("previews a field that is not sent", breaks: preview) {
            $0.preview = { preview, _, _ in preview.fields.append(.init("dry-run", "true")) }
        },
        Fault("sends when asked for a preview", breaks: preview) {
            let sending = Memory<Task<Void, Never>?>(nil)
            $0.preview = { _, call, transport in
                sending.value = Task.detached { _ = try? await transport.execute(call) }
            }
            $0.exchange = { transport, request throws(HTTPFailure) in
                await sending.value?.value
                return try await transport.execute(request)
            }
        },
        Fault("previews what it refuses to send", breaks: preview) { $0.previewRefusal = { _ in nil } },
        Fault("refuses to preview what it sends", breaks: preview) {
            $0.previewRefusal = { _ in ProviderError(.unsupported, .rejected, message: "it has no dry run") }
        },
    ]
}

extension Tampering {
    /// Shows one of the fields as it is sent.
    fileprivate mutating func previews(_ place: Int, _ name: String) {
        preview = { preview, call, _ in
            let line = String(decoding: call.body, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix(name) }
            preview.fields[place].value = String(line?.dropFirst(name.count + 2) ?? "")
        }
    }
}
