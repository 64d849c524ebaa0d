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
    let count: ConnectionCount

    /// Without a parsed request: whoever is one too many costs nothing more than this.
    private static let full =
        "HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        guard count.enter() else {
            channel.writeAndFlush(ByteBuffer(string: Self.full)).whenComplete { _ in channel.close(promise: nil) }
            return channel.eventLoop.makeSucceededFuture(Value(channel: channel))
        }
        channel.closeFuture.whenComplete { _ in count.leave() }
        return channel.eventLoop.makeCompletedFuture {
            var limits = NIOHTTPDecoderLimitConfiguration()
            limits.maxHeaderFieldSize = site.options.maxHeader
            limits.maxHeaderListSize = site.options.maxHeader
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
