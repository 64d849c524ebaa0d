import Foundation

/// What sends a request to a loopback port and waits for the answer, blocking its thread: the far side of a proxy.
public enum LoopbackClient {
    /// The answer, head and body by its `Content-Length`; what came of it when the server ends the connection earlier.
    public static func answer(to request: [UInt8], from port: Int) -> [UInt8] {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        LoopbackServer.withLoopback(port: port) { _ = connect(descriptor, $0, $1) }
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else { return [] }
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while !isWhole(answer) {
            let count = recv(descriptor, &chunk, chunk.count, 0)
            guard count > 0 else { break }
            answer += chunk[..<count]
        }
        return answer
    }

    private static func isWhole(_ answer: [UInt8]) -> Bool {
        guard ServerConnection.endOfHead(answer) != nil else { return false }
        let read = ReceivedRequest(answer)
        return read.body.count >= read["content-length"].flatMap { Int($0) } ?? 0
    }
}
