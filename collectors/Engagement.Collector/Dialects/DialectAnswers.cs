using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Engagement.Collector.Dialects;

/// <summary>Answers that several vendors' clients expect.</summary>
internal static class DialectAnswers
{
    /// <summary>A transparent GIF of one pixel, for clients that are an image.</summary>
    private static readonly byte[] s_pixel = Convert.FromBase64String("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7");

    public static async Task PixelAsync(HttpContext http)
    {
        http.Response.ContentType = "image/gif";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.ContentLength = s_pixel.Length;
        await http.Response.Body.WriteAsync(s_pixel, http.RequestAborted);
    }

    public static Task NoContentAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    public static Task TextAsync(HttpContext http, string text, string contentType = "text/plain; charset=utf-8", int status = StatusCodes.Status200OK)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = contentType;
        return http.Response.WriteAsync(text, Encoding.UTF8, http.RequestAborted);
    }

    public static Task JsonAsync(HttpContext http, string json, int status = StatusCodes.Status200OK) => TextAsync(http, json, "application/json; charset=utf-8", status);

    /// <summary>200 with what became of the events, for the engineer who looks; <paramref name="head"/> is what the client looks for, such as <c>"success":true</c>.</summary>
    public static Task CountsAsync(HttpContext http, string head, EventsAnswer answer) =>
        JsonAsync(http, $"{{{head},{TextOf(answer).AsSpan(1)}");

    /// <summary>What became of the events, as <c>POST /v1/events</c> says it.</summary>
    public static Task EventsAsync(HttpContext http, EventsAnswer answer, int status) => JsonAsync(http, TextOf(answer), status);

    private static string TextOf(EventsAnswer answer) => JsonSerializer.Serialize(answer, CollectorJson.Default.EventsAnswer);
}
