import HTTPProviderSupport
public import HTTPTransport
public import NotificationGateway

/// Text messages through Aliyun's SMS service (Dysms, API version 2017-05-25).
public struct DysmsProvider: MessageProvider {
    /// What every provider of this kind can carry.
    ///
    /// Marketing templates with variables need the binding's word that the vendor approved them.
    public static let capabilities = Capabilities(
        channels: [.sms], content: [.vendorTemplate], maxRecipients: SendSms.maxRecipients,
        maxIndividualRecipients: SendBatchSms.maxRecipients, marketingVariables: .needApproval, replayGuard: .codes)

    /// The operations that the provider does not need itself, `SendBatchSms` among them.
    public let client: DysmsClient
    private let transport: any HTTPTransport
    private let operation: SendSms

    /// Makes a provider. It owns the transport from now on and shuts it down with itself.
    public init(_ settings: DysmsSettings, context: ProviderContext, transport: any HTTPTransport) {
        client = DysmsClient(settings, transport: transport, clock: context.clock, random: context.random)
        var capabilities = Self.capabilities
        capabilities.replayGuard = settings.replayGuard
        self.capabilities = capabilities
        operation = SendSms(signName: settings.signName, phoneFormat: client.phoneFormat)
        self.transport = transport
    }

    /// What it can carry.
    public let capabilities: Capabilities

    /// Asks `QuerySendDetails`.
    public var statusLookup: (any StatusLookup)? { DysmsStatusLookup(client: client) }

    /// Reads the posts of `SmsReport`.
    public var receiptReader: (any ReceiptReader)? { DysmsReceiptReader() }

    /// Sends one content to up to a thousand numbers (`SendSms`), or a content for each of up to a hundred (`SendBatchSms`).
    ///
    /// - Throws: ``NotificationGateway/ProviderError`` when the vendor did not surely take the request.
    public func send(_ request: ProviderRequest) async throws(ProviderError) -> ProviderReceipt {
        let call = try operation.call(for: request)
        let earlier = request.replay.map { RequestStamp(timestamp: $0.timestamp, nonce: $0.nonce) }
        do throws(ProviderError) {
            let (answer, _) = try await client.perform(call, deadline: request.deadline, repeating: earlier) {
                $0.hide(request.personalData)
            }
            return answer.receipt
        } catch {
            var error = error
            error.replay?.reference = request.reference
            throw error
        }
    }

    /// Shows the signed request, masked.
    ///
    /// - Throws: ``NotificationGateway/ProviderError`` for what `send` would refuse before any I/O.
    public func preview(_ request: ProviderRequest) throws(ProviderError) -> RequestPreview {
        let call = try operation.call(for: request)
        return CallPreview.preview(call, by: client, stamp: client.stamp(), request: request)
    }

    /// Closes the connections; transfers in flight get two seconds.
    public func shutdown() async { await transport.shutdown(grace: .seconds(2)) }

    /// The request that ``send(_:)`` hands to the transport, made and signed: for measuring that alone.
    ///
    /// - Throws: ``NotificationGateway/ProviderError`` for what `send` would refuse before any I/O.
    package func makeSendRequest(_ request: ProviderRequest) throws(ProviderError) -> HTTPRequest {
        client.signer.sign(try operation.call(for: request), client.stamp())
    }
}
