internal import JOSE
internal import Trust
internal import Upstreams

extension KeptDocument where Document == ProviderMetadata {
    /// What a provider publishes about itself, found by discovery. Where its endpoints are seldom changes, and they may answer
    /// while discovery does not.
    static func metadata(of issuer: String, over line: ProviderLine) -> KeptDocument {
        KeptDocument(line, patience: DocumentTiming.metadataPatience) { completion in
            let endsAt = line.documentEnd
            IssuerMetadata.discover(issuer, get: { line.send(ControlRequest($0), until: endsAt, $1) }) { result in
                do throws(ProviderFailure) {
                    let json = try result.mapError { ProviderFailure($0) }.get().json
                    completion(.success(try ProviderMetadata(json, of: issuer)))
                } catch {
                    completion(.failure(error))
                }
            }
        }
    }
}

extension KeptDocument where Document == JSONWebKeySet {
    /// The keys of a provider, from where its metadata says.
    static func keys(over line: ProviderLine, placedBy metadata: KeptDocument<ProviderMetadata>) -> KeptDocument {
        KeptDocument(line) { completion in
            metadata.take { result in
                do throws(ProviderFailure) {
                    let place = try result.get().keys
                    let endsAt = line.documentEnd
                    line.send(ControlRequest(place), until: endsAt) { completion(Self.read($0, from: place)) }
                } catch {
                    completion(.failure(error))
                }
            }
        }
    }

    private static func read(
        _ result: Result<ControlAnswer, ControlFailure>,
        from place: ControlURL
    ) -> Result<JSONWebKeySet, ProviderFailure> {
        result.mapError { ProviderFailure($0, at: place.description) }.flatMap { answer in
            let body = answer.body
            do throws(JSONWebKeySet.Fault) {
                return .success(try JSONWebKeySet(parsing: body.span))
            } catch {
                return .failure(.invalid("\(place): \(error)"))
            }
        }
    }
}
