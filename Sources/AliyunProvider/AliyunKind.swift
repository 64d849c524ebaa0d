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
        help: "Before the country code of numbers outside mainland China; \"\" for the newer form.")
    private static let settlingTime = OptionField(
        "settling_time", .duration,
        help: """
            After this long a message that the vendor's records lack counts as not taken; never where it is not given.
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
                    internationalPrefix, settlingTime,
                ] + HTTPProviderOptions.fields),
            binding: BindingFields.schema
        ) { values, context throws(InvalidOption) in
            let http = try HTTPProviderOptions.transportSettings(from: values)
            let settings = try settings(from: values, allowPlainHTTP: http.allowPlainHTTP)
            let made = Result { try transport(http) }
            switch made {
            case .success(let transport): return DysmsProvider(settings, context: context, transport: transport)
            case .failure(let error): throw InvalidOption("type", "the HTTP transport could not be made: \(error)")
            }
        }
    }

    private static func settings(
        from values: OptionValues, allowPlainHTTP: Bool
    ) throws(InvalidOption) -> DysmsSettings {
        let region = try checkedRegion(values.string(region) ?? DysmsEndpoints.defaultRegion)
        let host = SendSms.filled(values.string(endpoint)) ?? DysmsEndpoints.host(for: region)
        return DysmsSettings(
            accessKey: AccessKey(
                id: try checkedAccessKeyID(values), secret: try checkedSecret(values),
                securityToken: try checkedToken(values)),
            endpoint: try HTTPEndpoint(host, option: endpoint.name, allowPlainHTTP: allowPlainHTTP),
            region: region, signature: try checkedSignature(values),
            signName: SendSms.filled(values.string(signName)),
            internationalPrefix: try checkedPrefix(values.string(internationalPrefix) ?? "00"),
            settlingTime: values.duration(settlingTime))
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

    private static func checkedSignature(_ values: OptionValues) throws(InvalidOption) -> SignatureVersion {
        guard let name = values.string(signature) else { return .v3 }
        guard let version = SignatureVersion(rawValue: name) else {
            throw InvalidOption(signature.name, "expected v3 or v1")
        }
        return version
    }

    private static func checkedRegion(_ region: String) throws(InvalidOption) -> String {
        let isName = region.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || $0 == UInt8(ascii: "-")
        }
        guard isName, !region.isEmpty else { throw InvalidOption("region", "expected a region id such as cn-hangzhou") }
        return region
    }

    private static func checkedPrefix(_ prefix: String) throws(InvalidOption) -> String {
        guard ["", "00", "+"].contains(prefix) else {
            throw InvalidOption(internationalPrefix.name, "expected \"00\", \"\" or \"+\"")
        }
        return prefix
    }
}
