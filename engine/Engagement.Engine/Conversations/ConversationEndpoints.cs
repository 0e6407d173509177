using System.Text;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Engine.Agents.SignIn;
using Engagement.Engine.Api;
using Engagement.Engine.Stream;

namespace Engagement.Engine.Conversations;

/// <summary>Conversations over HTTP: the hub's address, and what was said, to be read by the two who took part and by nobody else.</summary>
internal static class ConversationEndpoints
{
    public const string HubPath = "/v1/conversations/hub";

    /// <summary>The largest message, every character escaped, and the frame around it.</summary>
    public const int HubMessageBytesMax = 16 * 1024;

    private const string PlainText = "text/plain; charset=utf-8";

    public static void MapConversations(this IEndpointRouteBuilder routes)
    {
        routes.MapHub<ConversationHub>(HubPath, options =>
        {
            options.ApplicationMaxBufferSize = 4 * HubMessageBytesMax;
            options.TransportMaxBufferSize = 64 * 1024;
            options.CloseOnAuthenticationExpiration = true;
        }).Add(Guard);
        var group = routes.MapGroup("/v1").WithTags("Conversations").AddEndpointFilter(OutagePolicy.AnswerAsync).AddEndpointFilter(SignInFilter.ReadAsync);
        group.MapGet("/conversations/{offer}/transcript", GetTranscriptAsync)
            .WithName("GetTranscript").WithSummary("What was said, for the visitor who took part and the agent who has or had it")
            .WithDescription("The visitor's token, or an agent key with ?agent=. ?after= leaves out entries up to that number. JSON, or text/plain where that is accepted.")
            .Produces(200, contentType: "application/json").Produces(200, contentType: "text/plain")
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(503);
        group.MapWrapUps();
        group.MapAsk();
        group.MapQuestions();
        group.MapMethods("/conversations/{**rest}", ["OPTIONS"], VisitorCors.Preflight).ExcludeFromDescription();
    }

    /// <summary>Every request of the hub, negotiation first, comes with a credential, or ends here.</summary>
    private static void Guard(EndpointBuilder endpoint)
    {
        var inner = endpoint.RequestDelegate!;
        endpoint.RequestDelegate = async context =>
        {
            var parts = (ApiParts)context.RequestServices.GetService(typeof(ApiParts))!;
            if (HttpMethods.IsOptions(context.Request.Method))
            {
                await VisitorCors.Preflight(context, parts.Sites).ExecuteAsync(context);
                return;
            }
            await SignInFilter.ReadAsync(context, ConversationCaller.TokenOf(context, orQuery: true));
            if (!ConversationCaller.TryRead(context, parts.Sites.Current, parts.Now, orQuery: true, out var caller, out var problem))
            {
                await problem!.ExecuteAsync(context);
                return;
            }
            context.User = caller.ToPrincipal();
            SignInFilter.SetExpiry(context);
            await inner(context);
        };
    }

    private static async Task<IResult> GetTranscriptAsync(string offer, HttpContext context, ApiParts parts, long? after)
    {
        if (!ConversationCaller.TryRead(context, parts.Sites.Current, parts.Now, orQuery: false, out var caller, out var problem)) return problem!;
        if (after is < 0) return Problems.Invalid("after", "0 or the number of an entry");
        if (!OfferId.TryParse(offer, out var id)) return NoSuchConversation;
        var conversation = await parts.ActAsync(c => parts.Store.GetConversationAsync(caller.Site.Id, id, after ?? 0, c), context.RequestAborted);
        if (conversation is null || caller.In(conversation) is null) return NoSuchConversation;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Append("Vary", "Accept");
        return AcceptsPlainText(context) ? Results.Text(PlainTextOf(conversation), PlainText) : RawJson.Object(writer =>
        {
            writer.WriteString("offer"u8, id.ToString());
            writer.WriteString("status"u8, CodeNames.Of(conversation.Status));
            writer.WriteNumber("last"u8, conversation.Last);
            writer.WriteStartArray("entries"u8);
            foreach (var entry in conversation.Entries) writer.WriteRawValue(entry.Span, skipInputValidation: true);
            writer.WriteEndArray();
            if (caller.Agent is null || conversation.WrapUp is null) return;
            writer.WriteStartObject("wrapUp"u8);
            writer.WriteString("outcome"u8, conversation.WrapUp);
            if (conversation.Note is not null) writer.WriteString("note"u8, conversation.Note);
            writer.WriteEndObject();
        });
    }

    public static IResult NoSuchConversation => Problems.NotFound("No such conversation for this caller.");

    private static bool AcceptsPlainText(HttpContext context)
    {
        var accept = context.Request.Headers.Accept.ToString();
        var plain = accept.IndexOf("text/plain", StringComparison.OrdinalIgnoreCase);
        var json = accept.IndexOf("application/json", StringComparison.OrdinalIgnoreCase);
        return plain >= 0 && (json < 0 || plain < json);
    }

    /// <summary>One entry a line, further lines of it indented: nobody's words look like another's.</summary>
    private static string PlainTextOf(StoredConversation conversation)
    {
        var text = new StringBuilder();
        foreach (var json in conversation.Entries)
        {
            if (ConversationEntry.FromJson(json.Span) is not { } entry) continue;
            text.Append(entry.At.ToString()).Append(' ');
            var who = entry.From is { } from ? CodeNames.Of(from) : "";
            text.Append(entry.Kind == ConversationEntryKind.Message
                ? $"{who}: {entry.Text!.Replace("\n", "\n    ", StringComparison.Ordinal)}"
                : $"({string.Join(", ", new[] { CodeNames.Of(entry.Kind), who, entry.Cause ?? "" }.Where(part => part.Length > 0))})").Append('\n');
        }
        return text.ToString();
    }
}
