using Engagement.Collector.Bots;
using Engagement.Collector.Budgets;
using Engagement.Collector.Dialects;
using Engagement.Core;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Engagement.Collector;

/// <summary>The collector's HTTP face: <c>POST /v1/events</c>, <c>POST /v1/sessions</c>, the paths of every dialect, and their preflights.</summary>
public static class CollectorEndpoints
{
    /// <summary>Other types reach the endpoint, too, which answers them itself: routing's own 415 would say neither why nor what is allowed.</summary>
    private const string Any = "*/*";
    private const string Problem = "application/problem+json";

    /// <param name="takesEvents">False on a node whose disk is not for events: it says so, and where they are taken.</param>
    public static IEndpointRouteBuilder MapCollector(this IEndpointRouteBuilder routes, bool takesEvents = true)
    {
        var events = routes.MapPost("/v1/events", takesEvents ? AdmitAsync : (Delegate)SendElsewhereAsync)
            .WithName("sendEvents").WithTags("Collector").WithSummary("Send events")
            .WithDescription(
                $"One event, a JSON array, or one a line (NDJSON); gzip allowed; at most {Limits.RequestEventsMax} events and {Limits.RequestBytesMax} bytes. "
                + "Authorization: Bearer <write key>, or ?key= for beacons. Answered once the events are durable: an event that cannot be read is rejected "
                + "alone, by its place; one without the consent its site asks for is refused, and nothing of it is kept. Sending again is safe: ids tell duplicates.")
            .Accepts<EventDocument>("application/json", "application/x-ndjson", "text/plain", Any)
            .Produces<EventsAnswer>(StatusCodes.Status202Accepted);
        foreach (var status in new[] { 400, 401, 403, 411, 413, 415, 421, 429, 503 }) events.Produces<CollectorProblem>(status, Problem);

        var sessions = routes.MapPost("/v1/sessions", (Delegate)SessionEndpoints.OpenAsync)
            .WithName("openSession").WithTags("Collector").WithSummary("Get a visitor id and its token")
            .WithDescription(
                "For a page of an origin that the site lists: a new, unguessable visitor id. Or an id of the site's own, signed by its server: signature is the "
                + "hexadecimal HMAC-SHA-256 under the site's secret over \"visitor-signature\\n{site}\\n{visitor}\\n{expires}\", expires in Unix milliseconds. "
                + "The body may be empty.")
            .Accepts<SessionRequest>(isOptional: true, "application/json", Any)
            .Produces<SessionAnswer>(StatusCodes.Status201Created);
        foreach (var status in new[] { 400, 401, 403, 413, 429 }) sessions.Produces<CollectorProblem>(status, Problem);

        routes.MapDialects(DialectCatalog.All, takesEvents);
        routes.MapMethods("/v1/events", [HttpMethods.Options], AnswerPreflight).ExcludeFromDescription();
        routes.MapMethods("/v1/sessions", [HttpMethods.Options], AnswerPreflight).ExcludeFromDescription();
        return routes;
    }

    private static Task SendElsewhereAsync(HttpContext http) => RefuseAsync(http, CollectorProblem.TakesNoEvents);

    /// <summary>Who asks, and whether the page may; then the body, and what becomes of it.</summary>
    private static async Task AdmitAsync(HttpContext http)
    {
        var services = http.RequestServices;
        var credential = CredentialReader.Read(http.Request, services.GetRequiredService<SiteCatalogSource>().Current);
        var origin = OriginPolicy.OriginOf(http.Request);
        OriginPolicy.Allow(http.Response, origin, credential, OriginPolicy.MaySend);
        if (credential is not var (site, key)) await RefuseAsync(http, CollectorProblem.Unauthorized);
        else if (!CredentialReader.MaySendEvents(site, key)) await RefuseAsync(http, CollectorProblem.RoleNotEntitled);
        else if (origin is not null && !OriginPolicy.MaySend(site, key, origin)) await RefuseAsync(http, CollectorProblem.OriginNotAllowed);
        else if (services.GetRequiredService<AddressBudgetPolicy>().Check(http, key) is { } problem) await RefuseAsync(http, problem);
        else await ReceiveAsync(http, site, key, origin is null ? PrivacySignals.None : DoorPolicy.SignalsOf(http.Request));
    }

    private static async Task ReceiveAsync(HttpContext http, SiteModel site, SiteKey key, PrivacySignals signals)
    {
        var (body, problem) = await ReadBodyAsync(http);
        if (problem is not null)
        {
            await RefuseAsync(http, problem);
            return;
        }
        var now = Instant.FromDateTimeOffset(http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
        var intake = http.RequestServices.GetRequiredService<EventIntakeService>();
        // Not the request's own cancellation: a sender that hangs up must not leave half of its events counted and the buffers in the log's hands.
        var result = await intake.ReceiveAsync(body, new IntakeRequest(site, key, now, signals, IsBot(http, key)), CancellationToken.None);
        if (result.Problem is { } refusal)
        {
            await RefuseAsync(http, refusal);
            return;
        }
        http.Response.StatusCode = StatusCodes.Status202Accepted;
        await http.Response.WriteAsJsonAsync(result.Answer!, CollectorJson.Default.EventsAnswer, cancellationToken: http.RequestAborted);
    }

    /// <param name="http">Whose body.</param>
    /// <param name="ofAnyType">Whatever its Content-Type says: some clients say another than what they send.</param>
    internal static async ValueTask<(RequestBody Body, CollectorProblem? Problem)> ReadBodyAsync(HttpContext http, bool ofAnyType = false)
    {
        try
        {
            return await RequestBodyReader.ReadAsync(http.Request, ofAnyType, http.RequestAborted);
        }
        catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return (default, CollectorProblem.BodyTooLarge);
        }
    }

    internal static bool IsBot(HttpContext http, SiteKey key) => http.RequestServices.GetRequiredService<BotPolicy>().IsBot(http.Request, key);

    internal static Task RefuseAsync(HttpContext http, CollectorProblem problem)
    {
        http.RequestServices.GetRequiredService<CollectorMetrics>().Problem(problem.Code);
        return problem.WriteAsync(http);
    }

    private static Task AnswerPreflight(HttpContext http)
    {
        OriginPolicy.AnswerPreflight(http, http.RequestServices.GetRequiredService<SiteCatalogSource>().Current);
        return Task.CompletedTask;
    }
}
