import Foundation
import NIOCore
import NIOHTTP1
import Synchronization

/// Collects a request, asks the state what to do, and does it.
final class ConnectionHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// A larger request is nothing that any client of this vendor sends.
    private static let mostBytes = 16 << 20

    private let state: SandboxState
    private let now: @Sendable () -> Date
    private var head: HTTPRequestHead?
    /// Whether the connection ends before the body is read.
    private var ending: Task<Bool, Never>?
    private var body: [UInt8] = []

    init(state: SandboxState, now: @escaping @Sendable () -> Date) {
        self.state = state
        self.now = now
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            self.head = head
            body = []
            judgeHead(head, context)
        case .body(let buffer):
            body += buffer.readableBytesView
            if body.count > Self.mostBytes { context.close(promise: nil) }
        case .end:
            guard let head else { return }
            self.head = nil
            answer(ReceivedRequest(head, body: body), keepAlive: head.isKeepAlive, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func judgeHead(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        ending = nil
        guard state.judgesHeads.load(ordering: .acquiring) else { return }
        let connection = NIOLoopBound(context, eventLoop: context.eventLoop)
        let close: @Sendable () -> Void = { connection.value.close(promise: nil) }
        let request = ReceivedRequest(head, body: [])
        ending = Task { [state, loop = context.eventLoop] in
            guard await state.endsBeforeReading(request) else { return false }
            loop.execute(close)
            return true
        }
    }

    private func answer(_ request: ReceivedRequest, keepAlive: Bool, _ context: ChannelHandlerContext) {
        let connection = NIOLoopBound(context, eventLoop: context.eventLoop)
        let date = Self.date(now())
        let carryOut: @Sendable (Verdict) -> Void = { verdict in
            ConnectionHandler.carryOut(verdict, keepAlive: keepAlive, date: date, connection.value)
        }
        Task { [state, ending, loop = context.eventLoop] in
            if let ending, await ending.value { return }
            await ConnectionHandler.process(request, state, loop, carryOut)
        }
    }

    private static func process(
        _ request: ReceivedRequest, _ state: SandboxState, _ loop: any EventLoop,
        _ carryOut: @escaping @Sendable (Verdict) -> Void
    ) async {
        let verdict = await state.handle(request)
        if let pause = verdict.pause { try? await Task.sleep(for: pause) }
        loop.execute { carryOut(verdict) }
    }

    private static func carryOut(
        _ verdict: Verdict, keepAlive: Bool, date: String, _ context: ChannelHandlerContext
    ) {
        switch verdict {
        case .silence: break
        case .close: context.close(promise: nil)
        case .reply(let reply, _): write(reply, keepAlive: keepAlive, date: date, context)
        }
    }

    private static func write(_ reply: Reply, keepAlive: Bool, date: String, _ context: ChannelHandlerContext) {
        let isWhole = reply.sentBytes == reply.body.count
        var headers = HTTPHeaders(reply.headers)
        if !headers.contains(name: "Date") { headers.add(name: "Date", value: date) }
        headers.add(name: "Content-Type", value: reply.contentType)
        headers.add(name: "Content-Length", value: String(reply.body.count))
        headers.add(name: "Connection", value: keepAlive && isWhole ? "keep-alive" : "close")
        let head = HTTPResponseHead(
            version: .http1_1, status: HTTPResponseStatus(statusCode: reply.status), headers: headers)
        context.write(wrap(.head(head)), promise: nil)
        let buffer = context.channel.allocator.buffer(bytes: reply.body.prefix(reply.sentBytes))
        guard isWhole else {
            // The announced length is never reached: the connection ends in the middle of the answer.
            context.writeAndFlush(wrap(.body(.byteBuffer(buffer)))).whenComplete { [channel = context.channel] _ in
                channel.close(promise: nil)
            }
            return
        }
        context.write(wrap(.body(.byteBuffer(buffer))), promise: nil)
        let done = context.writeAndFlush(wrap(.end(nil)))
        if !keepAlive {
            done.whenComplete { [channel = context.channel] _ in channel.close(promise: nil) }
        }
    }

    private static func wrap(_ part: HTTPServerResponsePart) -> NIOAny { NIOAny(part) }

    /// RFC 9110, section 5.6.7.
    private static func date(_ date: Date) -> String {
        let formatter = DateFormatter()
        formatter.locale = Locale(identifier: "en_US_POSIX")
        formatter.timeZone = TimeZone(secondsFromGMT: 0)
        formatter.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return formatter.string(from: date)
    }
}

extension ReceivedRequest {
    fileprivate init(_ head: HTTPRequestHead, body: [UInt8]) {
        self.init(
            method: head.method.rawValue, target: head.uri,
            headers: head.headers.map { ($0.name.lowercased(), $0.value) }, body: body)
    }
}
