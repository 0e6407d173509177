using System.Globalization;
using System.Text.Json.Serialization;
using Engagement.Core;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector;

/// <summary>An answer that is an error, as RFC 9457 problem details, with what would have been allowed.</summary>
public sealed record CollectorProblem(string Type, string Code, string Title, int Status, string Detail, string? Allowed)
{
    [JsonIgnore]
    public TimeSpan RetryAfter { get; init; }

    public static CollectorProblem Unauthorized { get; } = Of(401, "unauthorized", "A key is needed",
        "No site knows this key.", "Authorization: Bearer <write key>, or ?key=<write key>");

    public static CollectorProblem RoleNotEntitled { get; } = Of(403, "role_not_entitled", "This key may not do that",
        "The key's role does not allow this request.", "events: role write, or replay on a site whose clock is the log's; sessions: write or api");

    public static CollectorProblem OriginNotAllowed { get; } = Of(403, "origin_not_allowed", "This origin may not do that",
        "The site does not list the page's origin.", "an origin of the site's list");

    public static CollectorProblem OriginNeeded { get; } = Of(403, "origin_not_allowed", "This origin may not do that",
        "Visitors are minted for pages of an origin that the site lists.", "an Origin header of the site's list, an api key, or a visitor signed by the site's server");

    public static CollectorProblem SignatureInvalid { get; } = Of(403, "signature_invalid", "The visitor's signature does not hold",
        "The signature was not made under this site's secret for this visitor and time, or it has expired.",
        "visitor, expires (Unix ms, to come), signature: hex HMAC-SHA-256 over \"visitor-signature\\n{site}\\n{visitor}\\n{expires}\"");

    public static CollectorProblem SiteMismatch { get; } = Of(403, "site_mismatch", "The credential determines the site",
        "The body names another site than the key's.", "the key's site, or none");

    public static CollectorProblem LengthRequired { get; } = Of(411, "length_required", "A body is needed",
        "The request has neither Content-Length nor chunks.", "Content-Length, or Transfer-Encoding: chunked");

    public static CollectorProblem BodyTooLarge { get; } = Of(413, "body_too_large", "The body is too large",
        "The body, unpacked, is longer than allowed.", string.Create(CultureInfo.InvariantCulture, $"{Limits.RequestBytesMax} bytes"));

    public static CollectorProblem TooManyEvents { get; } = Of(413, "too_many_events", "Too many events in one request",
        "Send the rest in another request.", string.Create(CultureInfo.InvariantCulture, $"{Limits.RequestEventsMax} events"));

    public static CollectorProblem UnsupportedMediaType { get; } = Of(415, "unsupported_media_type", "This type of body is not read here",
        "The body's type or encoding is not known.", "application/json, application/x-ndjson or text/plain; Content-Encoding: gzip or none");

    public static CollectorProblem TakesNoEvents { get; } = Of(421, "takes_no_events", "This node takes no events",
        "It was started with --role engine; nothing was kept.", "POST /v1/events of a node with --role all or collector");

    public static CollectorProblem MalformedBody { get; } = Of(400, "malformed_body", "The body cannot be read",
        "No events can be told apart in it; nothing was accepted.", "one JSON event, a JSON array of events, or one event a line");

    public static CollectorProblem MalformedEncoding { get; } = Of(400, "malformed_encoding", "The body cannot be unpacked",
        "The body is not what its Content-Encoding says.", "gzip (RFC 1952)");

    public static CollectorProblem InvalidSessionRequest { get; } = Of(400, "invalid_request", "The request cannot be read",
        "The body is not the JSON of this request.", "{} or {\"site\",\"visitor\",\"signature\",\"expires\"}; a visitor of 1 to 256 bytes");

    /// <summary>For protocols that expect an error where the one event of a request is not accepted.</summary>
    public static CollectorProblem EventRejected(RejectedEvent rejected) => Of(400, rejected.Code, "The event cannot be accepted",
        rejected.Field is { } field ? $"{field}: {rejected.Detail}" : rejected.Detail, null);

    public static CollectorProblem TooManyRequests(TimeSpan retryAfter) => Of(429, "too_many_requests", "Too many events",
        "This key has used up its budget for now.", "what Retry-After says") with { RetryAfter = retryAfter };

    public static CollectorProblem AddressTooManyRequests(CollectorOptions options, TimeSpan retryAfter) => Of(
        429, "address_too_many_requests", "Too many requests from this address",
        "This address has used up its budget for now. A server that sends for many visitors needs a key with \"sender\": \"server\".",
        string.Create(CultureInfo.InvariantCulture, $"{options.AddressRequestsPerSecondMax} requests a second of one address, {options.AddressRequestsBurstMax} at once"))
        with { RetryAfter = retryAfter };

    public static CollectorProblem VisitorTooManyRequests(CollectorOptions options, TimeSpan retryAfter) => Of(
        429, "visitor_too_many_requests", "Too many events of one visitor", "This visitor has used up her budget for now; nothing of the request was kept.",
        string.Create(CultureInfo.InvariantCulture, $"{options.VisitorEventsPerSecondMax} events a second of one visitor, {options.VisitorEventsBurstMax} at once"))
        with { RetryAfter = retryAfter };

    public static CollectorProblem Unavailable(string code, TimeSpan retryAfter) => Of(503, code, "The events could not be kept now",
        "Nothing is acknowledged; send the same request again, ids tell duplicates.", "what Retry-After says") with { RetryAfter = retryAfter };

    public async Task WriteAsync(HttpContext http)
    {
        http.Response.StatusCode = Status;
        if (Status is 429 or 503)
        {
            http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(RetryAfter.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        }
        if (Status == 401) http.Response.Headers.WWWAuthenticate = "Bearer";
        if (Status == 415) http.Response.Headers.AcceptEncoding = "gzip";
        await http.Response.WriteAsJsonAsync(this, CollectorJson.Default.CollectorProblem, "application/problem+json", http.RequestAborted);
    }

    private static CollectorProblem Of(int status, string code, string title, string detail, string? allowed) =>
        new($"https://engagement.example/problems/{code}", code, title, status, detail, allowed);
}
