using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Engagement.Engine.Api;

/// <summary>
/// The one place where a failure of the engine's API becomes RFC 9457 problem details: <c>type</c>, <c>code</c>, <c>title</c>, <c>status</c>,
/// <c>detail</c>, and what is allowed.
/// </summary>
internal static class Problems
{
    private const string TypeBase = "https://engagement.example/problems/";

    public static ProblemHttpResult Unauthorized(string detail) => Make(401, "unauthorized", "No valid credential", detail);
    public static ProblemHttpResult Forbidden(string detail) => Make(403, "forbidden", "Not allowed with this credential", detail);
    public static ProblemHttpResult AnothersKey(string agent) =>
        Make(403, "another_agents_key", "Not allowed with this credential", $"This key speaks for agent {agent} alone.", ("agent", agent));
    public static ProblemHttpResult SupervisorsAlone() =>
        Make(403, "supervisors_only", "Not allowed with this credential", "Of another agent this takes a key of role supervisor.");
    public static ProblemHttpResult NotFound(string detail) => Make(404, "not_found", "Not found", detail);
    public static ProblemHttpResult TooLarge(int bytesMax) =>
        Make(413, "too_large", "Too large", $"The body may have {bytesMax} bytes at most.", ("bytesMax", bytesMax));
    public static ProblemHttpResult Unavailable(string detail) => Make(503, "unavailable", "Not available at the moment", detail, ("retryAfterSeconds", 1));
    public static ProblemHttpResult Conflict(string code, string detail, params (string Key, object? Value)[] more) => Make(409, code, "Not as things stand", detail, more);

    /// <summary>A field that is missing or wrong, and what would be right.</summary>
    public static ProblemHttpResult Invalid(string field, string allowed) =>
        Make(400, "invalid_field", "A field is missing or wrong", $"{field}: {allowed}", ("field", field), ("allowed", allowed));

    public static ProblemHttpResult Malformed(string detail) => Make(400, "malformed_json", "The body is not the JSON expected", detail);

    /// <summary>As it would be sent, for answers that are kept.</summary>
    public static byte[] ToJson(ProblemHttpResult problem) => JsonSerializer.SerializeToUtf8Bytes(problem.ProblemDetails, JsonSerializerOptions.Web);

    public static ProblemHttpResult Make(int status, string code, string title, string detail, params (string Key, object? Value)[] more)
    {
        var problem = new ProblemDetails { Type = TypeBase + code, Title = title, Status = status, Detail = detail };
        problem.Extensions["code"] = code;
        foreach (var (key, value) in more) problem.Extensions[key] = value;
        return TypedResults.Problem(problem);
    }
}
