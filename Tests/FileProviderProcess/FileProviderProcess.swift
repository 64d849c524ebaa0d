import FileProvider
import Glibc
import NotificationGateway

/// A second process for the tests of the file provider.
///
///     FileProviderProcess PATH NAME COUNT MAX-SIZE KEEP FILE-SIZE-LIMIT
///
/// Sends COUNT messages named NAME-1, NAME-2, … at once, and prints how many were accepted, rejected and unknown.
/// Sizes of 0 mean no limit.
@main
struct FileProviderProcess {
    static func main() async {
        let words = CommandLine.arguments
        let numbers = words.dropFirst(3).compactMap(Int.init)
        guard words.count == 7, numbers.count == 4 else {
            print("usage: FileProviderProcess PATH NAME COUNT MAX-SIZE KEEP FILE-SIZE-LIMIT")
            exit(64)
        }
        if numbers[3] > 0 { limitFileSize(to: numbers[3]) }
        let settings = FileSettings(
            path: words[1], flush: .never, maxSize: numbers[1] == 0 ? nil : numbers[1], keep: numbers[2])
        let provider = FileMessageProvider(settings, context: ProviderContext(name: "journal"))
        let outcomes = await send(numbers[0], named: words[2], with: provider)
        await provider.shutdown()
        print(outcomes.map { "\($0.key.rawValue)=\($0.value)" }.sorted().joined(separator: " "))
    }

    private static func limitFileSize(to bytes: Int) {
        var limit = rlimit(rlim_cur: rlim_t(bytes), rlim_max: rlim_t(bytes))
        setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
    }

    private static func send(
        _ count: Int, named name: String, with provider: FileMessageProvider
    ) async -> [Acceptance: Int] {
        await withTaskGroup(of: Acceptance.self) { group in
            for number in 1...count {
                group.addTask {
                    let request = ProviderRequest(
                        messageID: MessageID(rawValue: name), reference: "\(name)-\(number)", recipients: [],
                        content: ProviderContent(text: String(repeating: "x", count: number % 50)),
                        deadline: .now + .seconds(60))
                    return await acceptance(of: request, by: provider)
                }
            }
            return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
    }

    private static func acceptance(of request: ProviderRequest, by provider: FileMessageProvider) async -> Acceptance {
        var request = request
        guard let chat = try? ChatAddress("room-\(request.reference)") else { return .rejected }
        request.recipients = [.chat(chat)]
        request.channel = .chat
        do throws(ProviderError) {
            _ = try await provider.send(request)
            return .accepted
        } catch {
            return error.acceptance
        }
    }
}
