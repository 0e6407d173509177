using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Events;

namespace Engagement.Collector.Rejects;

/// <summary>Codes of rejected events and what a sender can do about each.</summary>
internal static class RejectTexts
{
    private static readonly string[] s_codes =
        [.. Enum.GetValues<EventReadError>().Select(e => JsonNamingPolicy.SnakeCaseLower.ConvertName(e.ToString()))];

    public static string CodeOf(EventReadError error) => s_codes[(int)error];

    public static string DetailOf(EventReadError error, string? field) => error switch
    {
        EventReadError.MalformedJson => "Not a JSON object.",
        EventReadError.InvalidUtf8 => "Not valid UTF-8.",
        EventReadError.TooDeep => $"Nested deeper than {Limits.EventDepthMax} levels.",
        EventReadError.EventTooLarge => $"Longer than {Limits.EventBytesMax} bytes.",
        EventReadError.MissingId => "Every event needs an id: it tells a repeated sending from a second event.",
        EventReadError.MissingType => "Every event needs a type.",
        EventReadError.MissingVisitor => "Every event needs a visitor.",
        EventReadError.InvalidField => $"{field} has the wrong kind of value, or one out of its range.",
        EventReadError.FieldTooLong => $"{field} is longer than allowed.",
        EventReadError.InvalidTimestamp => $"{field} is no RFC 3339 time and no number of Unix milliseconds.",
        EventReadError.ReservedType => "Events of this type are written by the engine only.",
        EventReadError.MissingField => $"Events of this type need {field}.",
        EventReadError.UnsupportedVersion => $"Versions up to {VisitorEventReader.CurrentVersion} are read.",
        _ => "Not accepted.",
    };
}
