import HTTPProviderSupport
public import HTTPTransport
public import NotificationGateway

/// The kinds of providers of Aliyun, for a program's catalogue.
public enum AliyunKind {
    private static let accessKeyID = OptionField(
        "access_key_id", .string, required: true, help: "AccessKey id of a RAM user that may send text messages.")
    private static let accessKeySecret = OptionField(
        "access_key_secret", .secret, required: true, help: "Its secret.")
    private static let securityToken = OptionField(
        "security_token", .secret, help: "Token of a temporary (STS) key.")
    private static let signName = OptionField(
        "sign_name", .string, help: "Approved sign name, without 【】, for bindings that name none.")
    private static let region = OptionField(
        "region", .string, default: .string(DysmsEndpoints.defaultRegion), help: "Region; decides the endpoint.")
    private static let endpoint = OptionField(
        "endpoint", .string, help: "Host, host:port or URL instead of the region's own endpoint.")
    private static let signature = OptionField(
        "signature", .choice(SignatureVersion.allCases.map(\.rawValue)), default: .string(SignatureVersion.v3.rawValue),
        help: "How requests are signed: v3 (ACS3-HMAC-SHA256), or v1 (HMAC-SHA1) for compatibility.")
    private static let internationalPrefix = OptionField(
        "international_prefix", .string, default: .string("00"),
        help:
            "Before the country code of numbers outside mainland China; \"\" for the newer form, in which numbers that "
            + "would read as mainland ones (+1 310 555 1234) keep the 00.")
    private static let settlingTime = OptionField(
        "settling_time", .duration,
        help: """
            After this long a message that the vendor's records lack counts as not taken; never where it is not given.
            """)

    /// The option's words for each guard.
    private static let replayGuards: [(name: String, value: ReplayGuard)] = [
        ("off", .none), ("codes", .codes), ("nonce", .all),
    ]
    private static let replayGuard = OptionField(
        "replay_guard", .choice(replayGuards.map(\.name)), default: .string("codes"),
        help: """
            Which requests of an unknown outcome are sent again with the same nonce, which the vendor refuses if it has seen \
            it: codes; nonce for every message, once you have seen the live service refuse one; off for none.
            """)

    /// `type: aliyun-dysms`.
    ///
    /// - Parameter transport: makes the transport of one provider, which owns it and shuts it down.
    public static func dysms(
        transport: @escaping @Sendable (HTTPTransportSettings) throws -> any HTTPTransport
    ) -> ProviderKind {
        ProviderKind(
            type: "aliyun-dysms", summary: "Text messages through Aliyun's SMS service (Dysms).",
            capabilities: DysmsProvider.capabilities,
            options: OptionSchema(
                [
                    accessKeyID, accessKeySecret, securityToken, signName, region, endpoint, signature,
                    internationalPrefix, settlingTime, replayGuard,
                ] + HTTPProviderOptions.fields),
            binding: BindingFields.schema, checkBinding: checkBinding
        ) { values, context throws(InvalidOptions) in
            var check = OptionCheck()
            let settings = check.all(try settings(from: values))
            let http = check.all(try HTTPProviderOptions.transportSettings(from: values))
            guard let settings, let http else { throw check.found }
            let made = Result { try transport(http) }
            switch made {
            case .success(let transport): return DysmsProvider(settings, context: context, transport: transport)
            case .failure(let error): throw InvalidOptions("type", "the HTTP transport could not be made: \(error)")
            }
        }
    }

    /// Whatever is sent needs a sign name, and the vendor's refusal would come only with the first message.
    private static func checkBinding(_ fields: OptionValues, _ options: OptionValues) -> [InvalidOption] {
        let names = [fields.string(BindingFields.signName), options.string(signName)]
        guard names.allSatisfy({ SendSms.filled($0) == nil }) else { return [] }
        let message = "neither the binding nor its provider has a sign name; give it to one of them"
        return [InvalidOption(BindingFields.signName.name, message)]
    }

    private static func settings(from values: OptionValues) throws(InvalidOptions) -> DysmsSettings {
        var check = OptionCheck()
        let id = check(try checkedAccessKeyID(values))
        let secret = check(try checkedSecret(values))
        let token = check(try checkedToken(values))
        let region = check(try checkedRegion(values))
        let endpoint = check(try checkedEndpoint(values, region: region))
        let signature = check(try checkedSignature(values))
        let prefix = check(try checkedPrefix(values))
        guard let id, let secret, let token, let region, let endpoint, let signature, let prefix else {
            throw check.found
        }
        return DysmsSettings(
            accessKey: AccessKey(id: id, secret: secret, securityToken: token), endpoint: endpoint, region: region,
            signature: signature, signName: SendSms.filled(values.string(signName)), internationalPrefix: prefix,
            settlingTime: values.duration(settlingTime), replayGuard: checkedReplayGuard(values))
    }

    /// An endpoint that turned out empty, say from a variable that is not set, must not mean the real vendor.
    private static func checkedEndpoint(
        _ values: OptionValues, region: String?
    ) throws(InvalidOption) -> HTTPEndpoint {
        let host = values.string(endpoint) ?? DysmsEndpoints.host(for: region ?? DysmsEndpoints.defaultRegion)
        guard !host.isEmpty else {
            throw InvalidOption(endpoint.name, "is empty; name a host, or remove it for the region's own endpoint")
        }
        return try HTTPEndpoint(
            host, option: endpoint.name, allowPlainHTTP: HTTPProviderOptions.allowsPlainHTTP(values))
    }

    /// The id and the token become header values, where a line break would end the header.
    private static func checkedAccessKeyID(_ values: OptionValues) throws(InvalidOption) -> String {
        guard let id = values.string(accessKeyID), !id.isEmpty, id.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw InvalidOption(accessKeyID.name, "expected the id of an AccessKey: letters and digits, no spaces")
        }
        return id
    }

    private static func checkedSecret(_ values: OptionValues) throws(InvalidOption) -> Secret {
        guard let secret = values.secret(accessKeySecret), !secret.isEmpty else {
            throw InvalidOption(accessKeySecret.name, "the secret is empty; give it by ${env:…} or ${file:…}")
        }
        return try checkedText(of: secret, accessKeySecret)
    }

    private static func checkedToken(_ values: OptionValues) throws(InvalidOption) -> Secret? {
        guard let token = values.secret(securityToken), !token.isEmpty else { return nil }
        return try checkedText(of: token, securityToken)
    }

    /// The usual mistake is a file that ends with a line break.
    private static func checkedText(of secret: Secret, _ field: OptionField) throws(InvalidOption) -> Secret {
        guard secret.reveal().utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw InvalidOption(field.name, "expected letters, digits and signs: no spaces, no line breaks")
        }
        return secret
    }

    private static func checkedReplayGuard(_ values: OptionValues) -> ReplayGuard {
        replayGuards.first { $0.name == values.string(replayGuard) }?.value ?? .codes
    }

    private static func checkedSignature(_ values: OptionValues) throws(InvalidOption) -> SignatureVersion {
        guard let name = values.string(signature) else { return .v3 }
        guard let version = SignatureVersion(rawValue: name) else {
            throw InvalidOption(signature.name, "expected v3 or v1")
        }
        return version
    }

    private static func checkedRegion(_ values: OptionValues) throws(InvalidOption) -> String {
        let region = values.string(Self.region) ?? DysmsEndpoints.defaultRegion
        let isName = region.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || $0 == UInt8(ascii: "-")
        }
        guard isName, !region.isEmpty else { throw InvalidOption("region", "expected a region id such as cn-hangzhou") }
        return region
    }

    private static func checkedPrefix(_ values: OptionValues) throws(InvalidOption) -> String {
        let prefix = values.string(internationalPrefix) ?? "00"
        guard ["", "00", "+"].contains(prefix) else {
            throw InvalidOption(internationalPrefix.name, "expected \"00\", \"\" or \"+\"")
        }
        return prefix
    }
}
