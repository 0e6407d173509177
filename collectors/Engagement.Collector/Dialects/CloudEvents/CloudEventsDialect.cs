using System.Collections.Frozen;
using System.Text.Json;
using Engagement.Core.Sites;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Engagement.Collector.Dialects.CloudEvents;

/// <summary>
/// CloudEvents 1.0 over HTTP in its binary, structured and batched modes, and its webhook's handshake: for back ends and knowledge bases. Follows
/// the specification's "HTTP Protocol Binding", "JSON Event Format" and "HTTP 1.1 Web Hooks for Event Delivery".
/// </summary>
internal sealed class CloudEventsDialect : Dialect
{
    public override string Name => DialectNames.CloudEvents;
    public override IReadOnlyList<DialectRoute> Routes { get; } = [new(HttpMethods.Post, "/v1/cloudevents")];

    public override string AllowedHeaders =>
        "authorization, content-type, content-encoding, ce-specversion, ce-id, ce-source, ce-type, ce-time, ce-subject, ce-dataschema";

    public override FrozenDictionary<string, string> Fields => CloudEventsNames.Fields;

    /// <summary>In binary mode the body may be anything: what is no JSON is not read.</summary>
    public override JsonElement Parse(HttpRequest http, ReadOnlyMemory<byte> body) =>
        CloudEventsReader.IsBinary(http) && !IsJson(http.ContentType) ? default : base.Parse(http, body);

    public override string? KeyOf(DialectRequest request) => CredentialReader.BearerOf(request.Http);

    public override void Read(DialectRequest request, CanonicalEvents events) => CloudEventsReader.Read(request, events);

    /// <summary>204 where everything was taken in; 400 for a single event that cannot be; else 202 with what became of each.</summary>
    public override Task AnswerAsync(DialectRequest request, EventsAnswer answer)
    {
        var http = request.Http.HttpContext;
        if (answer.Rejected is [var rejected] && answer.Accepted + answer.Refused == 0 && request.Json.ValueKind != JsonValueKind.Array)
        {
            return RefuseAsync(request, CollectorProblem.EventRejected(rejected));
        }
        return answer.Refused == 0 && answer.Rejected.Count == 0
            ? DialectAnswers.NoContentAsync(http)
            : DialectAnswers.EventsAsync(http, answer, StatusCodes.Status202Accepted);
    }

    /// <summary>
    /// A sender asks before its first delivery whether it may: yes with a key that may send. It is not told to slow down, for the key's budget answers
    /// 429 by itself; an address to call back is not called, for that would be an address of a stranger's choice.
    /// </summary>
    public override async ValueTask<bool> TryAnswerOptionsAsync(HttpContext http)
    {
        var asking = http.Request.Headers["WebHook-Request-Origin"].ToString();
        if (asking.Length == 0 || !asking.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or ':' or '*')) return false;
        var catalog = http.RequestServices.GetRequiredService<SiteCatalogSource>().Current;
        if (CredentialReader.Read(http.Request, catalog) is not var (site, key)) await CollectorEndpoints.RefuseAsync(http, CollectorProblem.Unauthorized);
        else if (!CredentialReader.MaySendEvents(site, key) || key.Role == KeyRole.Replay) await CollectorEndpoints.RefuseAsync(http, CollectorProblem.RoleNotEntitled);
        else Grant(http, asking);
        return true;
    }

    private static void Grant(HttpContext http, string asking)
    {
        http.Response.Headers.Allow = HttpMethods.Post;
        http.Response.Headers["WebHook-Allowed-Origin"] = asking;
        http.Response.Headers["WebHook-Allowed-Rate"] = "*";
    }

    private static bool IsJson(string? contentType)
    {
        var type = contentType.AsSpan();
        if (type.IndexOf(';') is >= 0 and var end) type = type[..end];
        type = type.Trim();
        return type.IsEmpty || type.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || type.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }
}
