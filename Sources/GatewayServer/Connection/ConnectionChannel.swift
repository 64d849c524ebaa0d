import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// Sets up the connections that Hummingbird's server accepts.
struct ConnectionChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
    }

    let site: ConnectionSite
    let connections: Budget

    /// Without a parsed request: whoever is one too many costs nothing more than this.
    private static let full: ByteBuffer = {
        let answer = Problem(
            .overloaded, "there are as many connections as are taken; try again", retryAfter: .seconds(1)
        ).answer
        var bytes = ByteBuffer(string: "HTTP/1.1 503 Service Unavailable\r\n")
        for (name, value) in answer.headers + [("content-length", "\(answer.body.count)"), ("connection", "close")] {
            bytes.writeString("\(name): \(value)\r\n")
        }
        bytes.writeString("\r\n")
        bytes.writeBytes(answer.body)
        return bytes
    }()

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        guard connections.take() else {
            channel.writeAndFlush(Self.full).whenComplete { _ in channel.close(promise: nil) }
            return channel.eventLoop.makeSucceededFuture(Value(channel: channel))
        }
        channel.closeFuture.whenComplete { _ in connections.giveBack() }
        return channel.eventLoop.makeCompletedFuture {
            var limits = NIOHTTPDecoderLimitConfiguration()
            // The parser counts the target among the fields; when all are there each is judged by its own limit.
            limits.maxHeaderListSize = site.options.maxHeader + site.longestTarget
            limits.maxHeaderFieldSize = limits.maxHeaderListSize
            limits.maxHeaderFieldCount = 100
            let handler = ConnectionHandler(site)
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(ByteWatch(handler))
            try pipeline.configureHTTPServerPipeline(
                withPipeliningAssistance: false, withErrorHandling: false, withOutboundHeaderValidation: false,
                withEncoderConfiguration: .init(), withDecoderLimitConfiguration: limits)
            try pipeline.addHandler(handler)
            return Value(channel: channel)
        }
    }

    /// A connection runs by itself; this waits for its end, and brings that about when the server's time is over.
    func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            try? await value.channel.closeFuture.get()
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }
}
