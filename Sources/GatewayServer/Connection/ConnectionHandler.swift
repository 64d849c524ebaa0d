import NIOCore
import NIOHTTP1
import NotificationGateway

/// Drives one connection: reads requests one at a time, has each answered, and writes the answers in order.
///
/// What comes while a request is answered waits in the socket, at most one read of it here. A reader who takes nothing keeps
/// its connection from being read, and after a time open.
final class ConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    /// What is kept while a request is answered.
    private enum Held {
        case part(HTTPServerRequestPart)
        case malformed(Refusal)
        case inputClosed
    }

    private let site: ConnectionSite
    private var machine: ConnectionMachine
    private var context: ChannelHandlerContext?
    private var head: HTTPRequestHead?
    private var opening: Opening?
    private var body = ByteBuffer()
    /// The bytes of the body that the site has made room for.
    private var charged = 0
    private var task: Task<Void, Never>?
    private var held: CircularBuffer<Held> = []
    private var isReadHeld = false
    private var isOutputClosed = false
    private var wait: ConnectionMachine.Wait?
    private var deadline: NIODeadline?
    private var timer: NIODeadline?
    private lazy var peer = context?.remoteAddress?.ipAddress

    init(_ site: ConnectionSite) {
        self.site = site
        machine = ConnectionMachine(mostForHead: site.options.maxHeader + site.longestTarget)
    }

    // MARK: What happens on the channel

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        updateTimer()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    /// - Returns: whether they are to be read.
    func bytesCame(_ count: Int) -> Bool {
        act(machine.on(.bytes(count)))
        return !machine.isDeaf
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = unwrapInboundIn(data)
        if machine.isBusy || !held.isEmpty { held.append(.part(part)) } else { take(part) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? HTTPParserError else { return context.close(promise: nil) }
        let refusal = Refusal(error)
        if machine.isBusy || !held.isEmpty {
            held.append(.malformed(refusal))
        } else {
            act(machine.on(.malformed(refusal)))
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            // Who has sent all its requests may still want their answers.
            if machine.isBusy || !held.isEmpty { held.append(.inputClosed) } else { act(machine.on(.inputClosed)) }
        case is ChannelShouldQuiesceEvent: act(machine.on(.quiesce))
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func read(context: ChannelHandlerContext) {
        if machine.isBusy || !held.isEmpty { isReadHeld = true } else { context.read() }
    }

    private func end() {
        task?.cancel()
        (task, head, opening, context, deadline) = (nil, nil, nil, nil, nil)
        held.removeAll()
        dropBody()
    }

    // MARK: Steps

    private func take(_ part: HTTPServerRequestPart) {
        switch part {
        case .head(let head):
            self.head = head
            take(head)
        case .body(let bytes):
            let action = machine.on(.body(bytes.readableBytes))
            if action == .keep { keep(bytes) } else { act(action) }
        case .end: act(machine.on(.end))
        }
    }

    private func take(_ head: HTTPRequestHead) {
        var facts = RequestFacts(head, limits: site.limits(head.uri))
        if facts.refusal == nil {
            let (path, query) = Self.split(head.uri)
            let opening = site.open(
                RawRequest(
                    method: head.method.rawValue, path: path, query: query,
                    headers: head.headers.map { ($0.name, $0.value) }, peer: peer))
            if case .decided = opening { facts.isDecided = true }
            self.opening = opening
        }
        act(machine.on(.head(facts)))
    }

    private func keep(_ bytes: ByteBuffer) {
        guard site.bodies.take(bytes.readableBytes) else { return act(machine.on(.overloaded)) }
        charged += bytes.readableBytes
        body.writeImmutableBuffer(bytes)
    }

    /// Lets go of the memory too: most connections are idle most of the time.
    private func dropBody() {
        site.bodies.giveBack(charged)
        charged = 0
        body = ByteBuffer()
    }

    private func act(_ action: ConnectionMachine.Action) {
        switch action {
        case .none, .keep: break
        case .proceed:
            let head = HTTPResponseHead(version: .http1_1, status: .continue)
            context?.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
        case .handle: handle()
        case .write: break
        case .next: next()
        case .decline:
            if case .decided(let answer) = opening { write(answer, keepAlive: false) }
        case .refuse(let refusal):
            dropBody()
            site.refused(refusal)
            write(site.answer(refusal), keepAlive: false)
        case .closeOutput:
            guard !isOutputClosed else { break }
            isOutputClosed = true
            context?.close(mode: .output, promise: nil)
        case .close: context?.close(promise: nil)
        }
        updateTimer()
    }

    private func handle() {
        guard let context else { return }
        let (loop, me) = (context.eventLoop, NIOLoopBound(self, eventLoop: context.eventLoop))
        switch opening {
        // Not at once: many requests of one read would be answered within each other.
        case .decided(let answer): loop.execute { me.value.answered(answer) }
        case .open(let respond):
            let body = Array(body.readableBytesView)
            task = Task {
                let answer = await respond(body)
                loop.execute { me.value.answered(answer) }
            }
        case nil: break
        }
    }

    private func answered(_ answer: RawAnswer) {
        (task, opening) = (nil, nil)
        dropBody()
        guard case .write(let keepAlive) = machine.on(.answered) else { return }
        write(answer, keepAlive: keepAlive)
        updateTimer()
    }

    private func write(_ answer: RawAnswer, keepAlive: Bool) {
        guard let context else { return }
        let isOld = head.map { $0.version.minor == 0 } ?? false
        let response = site.head(of: answer, keepAlive: keepAlive, isOld: isOld)
        context.write(wrapOutboundOut(.head(response)), promise: nil)
        if head?.method != .HEAD, !answer.body.isEmpty, response.status.mayHaveResponseBody {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
        }
        let me = NIOLoopBound(self, eventLoop: context.eventLoop)
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { result in
            switch result {
            case .success: me.value.act(me.value.machine.on(.written))
            case .failure: me.value.context?.close(promise: nil)
            }
        }
    }

    private func next() {
        head = nil
        while !machine.isBusy, let event = held.popFirst() {
            switch event {
            case .part(let part): take(part)
            case .malformed(let refusal): act(machine.on(.malformed(refusal)))
            case .inputClosed: act(machine.on(.inputClosed))
            }
        }
        guard isReadHeld, !machine.isBusy, held.isEmpty else { return }
        isReadHeld = false
        context?.read()
    }

    /// The path and what stands behind `?`; of an absolute target, which proxies send, that of its origin.
    private static func split(_ target: String) -> (String, String?) {
        var rest = target[...]
        if !rest.hasPrefix("/"), let scheme = rest.firstRange(of: "://") {
            let origin = rest[scheme.upperBound...]
            rest = origin.firstIndex { $0 == "/" || $0 == "?" }.map { origin[$0...] } ?? "/"
            if rest.hasPrefix("?") { rest = "/" + rest }
        }
        guard let mark = rest.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (String(rest), nil) }
        return (String(rest[..<mark]), String(rest[rest.utf8.index(after: mark)...]))
    }

    // MARK: Time

    /// Moves the deadline when something else is waited for. One timer serves all: it fires at the earliest deadline so far,
    /// and then looks which counts.
    private func updateTimer() {
        guard machine.wait != wait else { return }
        wait = machine.wait
        deadline = wait.map { .now() + site.time($0) }
        if let deadline, timer.map({ deadline < $0 }) ?? true { schedule(deadline) }
    }

    private func schedule(_ time: NIODeadline) {
        guard let context else { return }
        timer = time
        context.eventLoop.assumeIsolated().scheduleTask(deadline: time) { [weak self] in self?.fire(time) }
    }

    private func fire(_ time: NIODeadline) {
        guard timer == time, context != nil else { return }
        timer = nil
        guard let deadline else { return }
        if deadline <= .now() { act(machine.on(.timeUp)) } else { schedule(deadline) }
    }
}

/// Notices bytes before anything reads them, and keeps from the parser what nobody will read.
final class ByteWatch: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let connection: ConnectionHandler

    init(_ connection: ConnectionHandler) { self.connection = connection }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if connection.bytesCame(unwrapInboundIn(data).readableBytes) { context.fireChannelRead(data) }
    }
}
