using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Engagement.Collector.Budgets;
using Engagement.Core;
using Engagement.Core.Sites;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Engagement.Collector;

/// <summary><c>POST /v1/sessions</c>: who may speak for which visitor.</summary>
internal static class SessionEndpoints
{
    private const int VisitorRandomBytes = 16;

    public static async Task OpenAsync(HttpContext http)
    {
        var sites = http.RequestServices.GetRequiredService<SiteCatalogSource>().Current;
        var origin = OriginPolicy.OriginOf(http.Request);
        var credential = CredentialReader.Read(http.Request, sites);
        OriginPolicy.Allow(http.Response, origin, credential, OriginPolicy.IsListed);
        if (credential is not var (site, key))
        {
            await CollectorEndpoints.RefuseAsync(http, CollectorProblem.Unauthorized);
            return;
        }
        var (request, fault) = await ReadAsync(http);
        var now = Instant.FromDateTimeOffset(http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow());
        if ((fault ?? Check(request!, site, key, origin, now) ?? http.RequestServices.GetRequiredService<AddressBudgetPolicy>().Check(http, key) ?? Budget(http, key)) is { } problem)
        {
            await CollectorEndpoints.RefuseAsync(http, problem);
            return;
        }
        await AnswerAsync(http, site, request!.Visitor, now);
    }

    /// <summary>
    /// A visitor that the site's server signed needs nothing more; a new one needs a page of a listed origin, or the site's server (an api key).
    /// </summary>
    private static CollectorProblem? Check(SessionRequest request, SiteModel site, SiteKey key, string? origin, Instant now)
    {
        if (key.Role is not (KeyRole.Write or KeyRole.Api)) return CollectorProblem.RoleNotEntitled;
        if (request.Site is not null && request.Site != site.Id) return CollectorProblem.SiteMismatch;
        if (origin is not null && !OriginPolicy.IsListed(site, key, origin)) return CollectorProblem.OriginNotAllowed;
        if (request.Visitor is { } visitor)
        {
            if (Encoding.UTF8.GetByteCount(visitor) is 0 or > Limits.VisitorIdBytesMax) return CollectorProblem.InvalidSessionRequest;
            var expires = new Instant(request.Expires ?? long.MinValue);
            return VisitorIdentity.IsSigned(site, visitor, expires, request.Signature, now) ? null : CollectorProblem.SignatureInvalid;
        }
        return origin is null && key.Role != KeyRole.Api ? CollectorProblem.OriginNeeded : null;
    }

    private static CollectorProblem? Budget(HttpContext http, SiteKey key) =>
        http.RequestServices.GetRequiredService<KeyBudgetPolicy>().TryTake(key, 1, out var retryAfter)
            ? null : CollectorProblem.TooManyRequests(retryAfter);

    private static async Task<(SessionRequest? Request, CollectorProblem? Problem)> ReadAsync(HttpContext http)
    {
        var hasBody = http.Request.ContentLength > 0 || http.Request.Headers.TransferEncoding.Count > 0;
        if (!hasBody) return (new SessionRequest(), null);
        var (body, problem) = await CollectorEndpoints.ReadBodyAsync(http);
        if (problem is not null) return (null, problem);
        using (body)
        {
            try
            {
                var request = JsonSerializer.Deserialize(body.Bytes, CollectorJson.Default.SessionRequest);
                return request is null ? (null, CollectorProblem.InvalidSessionRequest) : (request, null);
            }
            catch (JsonException)
            {
                return (null, CollectorProblem.InvalidSessionRequest);
            }
        }
    }

    private static Task AnswerAsync(HttpContext http, SiteModel site, string? signed, Instant now)
    {
        var visitor = signed ?? "v_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(VisitorRandomBytes));
        var expiresAt = now + http.RequestServices.GetRequiredService<CollectorOptions>().VisitorTokenLifetime;
        http.RequestServices.GetRequiredService<CollectorMetrics>().SessionOpened(site.Id, signed is null ? "minted" : "signed");
        http.Response.StatusCode = StatusCodes.Status201Created;
        http.Response.Headers.CacheControl = "no-store";
        var answer = new SessionAnswer(visitor, VisitorIdentity.MintToken(site, visitor, expiresAt), expiresAt.ToString());
        return http.Response.WriteAsJsonAsync(answer, CollectorJson.Default.SessionAnswer, cancellationToken: http.RequestAborted);
    }
}
