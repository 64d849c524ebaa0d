import AliyunProvider
import CurlTransport
import FileProvider
import GatewayConfiguration
import NotificationGateway

let loader = ConfigurationLoader(kinds: [AliyunKind.dysms { CurlTransport($0) }, FileKind.file])
let gateway = try Gateway(try loader.settings(path: "providers.yaml"))
let delivery = await gateway.send(
    Message(to: ["13800138000"], template: "login-code", parameters: ["code": "271828"]))
print(delivery.outcome, delivery.attempts.map(\.why))
await gateway.shutdown()
