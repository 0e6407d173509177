using Engagement.Core;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Engagement.Server.Hosting;

/// <summary>What holds for every request: Kestrel's limits, problem details for what no endpoint answered, headers that browsers obey.</summary>
public static class HttpDefaults
{
    /// <summary>No inline script or style, nothing from elsewhere, nobody frames these pages.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

    public static void Limit(KestrelServerLimits limits)
    {
        // Readers of bodies bound what they take by Limits.RequestBytesMax, unpacked. Of what is more, so much is still read and thrown away: a connection
        // that is cut while the sender, or a gateway, still writes loses the refusal that says how much is allowed.
        limits.MaxRequestBodySize = 4 * Limits.RequestBytesMax;
        limits.MaxConcurrentConnections = 10_000;
        limits.MaxRequestLineSize = 8 * 1024;
        limits.MaxRequestHeadersTotalSize = 16 * 1024;
        limits.MaxRequestHeaderCount = 64;
        limits.MaxRequestBufferSize = Limits.RequestBytesMax;
        limits.MaxResponseBufferSize = 64 * 1024;
        limits.KeepAliveTimeout = TimeSpan.FromSeconds(130);
        limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        limits.MinRequestBodyDataRate = new MinDataRate(bytesPerSecond: 240, gracePeriod: TimeSpan.FromSeconds(5));
        limits.Http2.MaxStreamsPerConnection = 100;
    }

    public static void UseHttpDefaults(this IApplicationBuilder app)
    {
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            headers.XContentTypeOptions = "nosniff";
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            headers["Referrer-Policy"] = "strict-origin-when-cross-origin";
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
            return next(context);
        });
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = AnswerExceptionAsync });
        app.UseStatusCodePages(context => WriteProblemAsync(context.HttpContext, context.HttpContext.Response.StatusCode, null));
    }

    private static Task AnswerExceptionAsync(HttpContext context)
    {
        var exception = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        // Kestrel's own refusals carry their status; of anything else the client learns nothing but that it happened.
        return exception is Microsoft.AspNetCore.Http.BadHttpRequestException bad
            ? WriteProblemAsync(context, bad.StatusCode, bad.Message)
            : WriteProblemAsync(context, StatusCodes.Status500InternalServerError, null);
    }

    private static Task WriteProblemAsync(HttpContext context, int status, string? detail)
    {
        var (code, title, allowed) = Describe(status, context);
        context.Response.StatusCode = status;
        var problem = new ProblemAnswer($"https://engagement.example/problems/{code}", code, title, status, detail ?? allowed);
        return context.Response.WriteAsJsonAsync(problem, ProblemJson.Default.ProblemAnswer, "application/problem+json");
    }

    private static (string Code, string Title, string Detail) Describe(int status, HttpContext context) => status switch
    {
        400 => ("bad_request", "The request cannot be read", "See /openapi/v1.json for what is allowed."),
        401 => ("unauthorized", "A key or token is needed", "Send Authorization: Bearer with a key of the role that /openapi/v1.json names."),
        403 => ("forbidden", "This key or token may not do that", "See /openapi/v1.json for the role that is needed."),
        404 => ("not_found", "There is nothing here", "Paths are listed in /openapi/v1.json."),
        405 => ("method_not_allowed", "This path knows other methods", $"Allowed: {context.Response.Headers.Allow}"),
        408 => ("request_timeout", "The request came too slowly", "Send headers within 10 s and at least 240 bytes a second."),
        413 => ("body_too_large", "The body is too large", $"Allowed: {Limits.RequestBytesMax} bytes."),
        415 => ("unsupported_media_type", "This type of body is not read here", "See /openapi/v1.json for the types that are."),
        429 => ("too_many_requests", "Too many requests", "Try again after the time in Retry-After."),
        503 => ("unavailable", "Not available now", "Try again after the time in Retry-After."),
        >= 500 => ("internal_error", "Something went wrong here", "The cause is in the server's log."),
        _ => ("error", "The request was refused", "See /openapi/v1.json for what is allowed."),
    };
}
