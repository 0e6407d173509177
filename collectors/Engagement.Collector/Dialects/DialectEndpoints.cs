using System.Text.Json;
using Engagement.Collector.Budgets;
using Engagement.Core;
using Engagement.Core.Events;
using Engagement.Core.Sites;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Engagement.Collector.Dialects;

/// <summary>The way every dialect's request takes: body → key → origin → events → the same intake as <c>POST /v1/events</c> → the answer that its client expects.</summary>
internal static class DialectEndpoints
{
    public static void MapDialects(this IEndpointRouteBuilder routes, IReadOnlyList<Dialect> dialects, bool takesEvents)
    {
        foreach (var dialect in dialects)
        {
            foreach (var route in dialect.Routes)
            {
                RequestDelegate handle = takesEvents ? http => AdmitAsync(http, dialect, route) : http => CollectorEndpoints.RefuseAsync(http, CollectorProblem.TakesNoEvents);
                routes.MapMethods(route.Pattern, [route.Method], handle).WithTags("Dialects").WithName($"{dialect.Name} {route.Method} {route.Pattern}").ExcludeFromDescription();
            }
            foreach (var pattern in dialect.Routes.Select(route => route.Pattern).Distinct())
            {
                routes.MapMethods(pattern, [HttpMethods.Options], async http =>
                {
                    if (await dialect.TryAnswerOptionsAsync(http)) return;
                    OriginPolicy.AnswerPreflight(http, http.RequestServices.GetRequiredService<SiteCatalogSource>().Current, "GET, POST", dialect.AllowedHeaders, withCredentials: true);
                }).ExcludeFromDescription();
            }
        }
    }

    private static async Task AdmitAsync(HttpContext http, Dialect dialect, DialectRoute route)
    {
        var catalog = http.RequestServices.GetRequiredService<SiteCatalogSource>().Current;
        var origin = OriginPolicy.OriginOf(http.Request);
        var now = Instant.FromDateTimeOffset(http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
        var (request, problem) = await ReadAsync(http, dialect, route, now);
        var credential = problem is null ? CredentialOf(dialect, request, catalog) : null;
        var isSandbox = dialect.IsSandboxed && origin == "null";
        OriginPolicy.Allow(http.Response, origin, isSandbox ? null : credential, OriginPolicy.MaySend, withCredentials: true);
        if (problem is null && await dialect.TryAnswerQuestionAsync(request)) return;
        problem ??= Refusal(credential, isSandbox ? null : origin);
        problem ??= http.RequestServices.GetRequiredService<AddressBudgetPolicy>().Check(http, credential!.Value.Key);
        if (problem is not null) await dialect.RefuseAsync(request, problem);
        else await ReceiveAsync(http, dialect, request, credential!.Value.Site, credential.Value.Key);
    }

    private static CollectorProblem? Refusal((SiteModel Site, SiteKey Key)? credential, string? origin)
    {
        if (credential is not var (site, key)) return CollectorProblem.Unauthorized;
        if (!CredentialReader.MaySendEvents(site, key) || key.Role == KeyRole.Replay) return CollectorProblem.RoleNotEntitled;
        return origin is not null && !OriginPolicy.MaySend(site, key, origin) ? CollectorProblem.OriginNotAllowed : null;
    }

    private static async Task ReceiveAsync(HttpContext http, Dialect dialect, DialectRequest request, SiteModel site, SiteKey key)
    {
        using var events = new CanonicalEvents(dialect.Name, dialect.Fields) { MakeAlone = original => dialect.Alone(request, original) };
        dialect.Read(request, events);
        var signals = IsBrowsers(http.Request) ? DoorPolicy.SignalsOf(http.Request) : PrivacySignals.None;
        if (site.ConsentGivenTo.Contains(dialect.Name)) signals |= PrivacySignals.ConsentGiven;
        var intake = http.RequestServices.GetRequiredService<EventIntakeService>();
        // Not the request's own cancellation: as for events of our own form.
        var result = await intake.ReceiveAsync(events, new IntakeRequest(site, key, request.Now, signals, CollectorEndpoints.IsBot(http, key)), CancellationToken.None);
        await (result.Problem is { } refusal ? dialect.RefuseAsync(request, refusal) : dialect.AnswerAsync(request, result.Answer!));
    }

    private static async ValueTask<(DialectRequest Request, CollectorProblem? Problem)> ReadAsync(HttpContext http, Dialect dialect, DialectRoute route, Instant now)
    {
        var empty = new DialectRequest(http.Request, route.Kind, default, default, now);
        if (route.IsQuestion || !HttpMethods.IsPost(http.Request.Method)) return (empty, null);
        var (body, problem) = await CollectorEndpoints.ReadBodyAsync(http, ofAnyType: true);
        if (problem is not null) return (empty, problem);
        using (body)
        {
            try
            {
                // A copy: texts of the request are kept until it is answered, and the buffer is lent.
                var bytes = dialect.Decode(http.Request, body.Bytes.ToArray());
                return (empty with { Body = bytes, Json = dialect.Parse(http.Request, bytes) }, null);
            }
            catch (JsonException)
            {
                return (empty, CollectorProblem.MalformedBody);
            }
            catch (InvalidDataException)
            {
                return (empty, CollectorProblem.MalformedEncoding);
            }
            catch (BadHttpRequestException exception) when (exception.StatusCode == StatusCodes.Status413PayloadTooLarge)
            {
                return (empty, CollectorProblem.BodyTooLarge);
            }
        }
    }

    /// <summary>The protocol's own place first, then <c>?key=</c> of the address, for trackers whose own id cannot be a key.</summary>
    private static (SiteModel Site, SiteKey Key)? CredentialOf(Dialect dialect, DialectRequest request, SiteCatalog sites)
    {
        if (dialect.KeyOf(request) is { Length: > 0 } own && sites.FindByKey(own) is { } found) return found;
        return request.Http.Query.TryGetValue("key", out var key) ? sites.FindByKey(key.ToString()) : null;
    }

    /// <summary>Whether the headers are the visitor's own: a page's request says where it comes from, or how it was made.</summary>
    private static bool IsBrowsers(HttpRequest request) =>
        OriginPolicy.OriginOf(request) is not null || request.Headers.ContainsKey("Sec-Fetch-Site") || request.Headers.ContainsKey("Sec-GPC");
}
