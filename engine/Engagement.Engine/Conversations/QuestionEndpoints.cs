using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;
using Engagement.Engine.Agents;
using Engagement.Engine.Api;

namespace Engagement.Engine.Conversations;

/// <summary>A question left for later.</summary>
/// <param name="Text">1 to <see cref="Limits.QuestionCharactersMax"/> characters.</param>
/// <param name="ReplyTo">Where to answer, as she likes; no answer without.</param>
/// <param name="Language">Language tag of the page.</param>
public sealed record QuestionBody(string? Text, string? ReplyTo, string? Language);

/// <summary>A question as taken.</summary>
/// <param name="ForgottenAt">RFC 3339: by then it is gone, answered or not.</param>
public sealed record QuestionTaken(string Id, string ForgottenAt);

/// <summary>A question as agents read it. The whole address only whoever took it.</summary>
public sealed record QuestionItem(
    string Id, string Text, string? ReplyTo, bool ReplyToIsMasked, string? Language, string AskedAt, string ForgottenAt, string? Holder);

/// <summary>Questions that wait, oldest first.</summary>
public sealed record QuestionList(IReadOnlyList<QuestionItem> Questions);

/// <summary>As the store keeps it.</summary>
internal sealed record KeptQuestion(string Text, string? ReplyTo, string? Language);

/// <summary>Where nobody is free a question can be left; agents list them, one takes it, and answers it by whatever way she was told.</summary>
internal static class QuestionEndpoints
{
    public static void MapQuestions(this RouteGroupBuilder group)
    {
        group.MapPost("/visitors/{visitor}/questions", LeaveAsync)
            .WithName("LeaveQuestion").WithSummary("Leave a question, kept for 72 h or until it is answered")
            .WithDescription("The visitor's token, and an Idempotency-Key: the same key is the same question. Personal data in the text is masked; the reply address only agents who take it see.")
            .Accepts<QuestionBody>("application/json").Produces<QuestionTaken>(201)
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(409).ProducesProblem(413).ProducesProblem(503);
        group.MapGet("/agents/questions", ListAsync)
            .WithName("ListQuestions").WithSummary("Questions that were left, oldest first; addresses masked").Produces<QuestionList>()
            .ProducesProblem(401).ProducesProblem(403).ProducesProblem(503);
        group.MapPost("/agents/questions/{id}/take", TakeAsync)
            .WithName("TakeQuestion").WithSummary("Take a question for 30 min: exactly one agent wins").Accepts<AgentBody>("application/json").Produces<QuestionItem>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(503);
        group.MapPost("/agents/questions/{id}/done", FinishAsync)
            .WithName("FinishQuestion").WithSummary("It is answered: forget it").Accepts<AgentBody>("application/json").Produces<EndAnswer>()
            .ProducesProblem(400).ProducesProblem(401).ProducesProblem(403).ProducesProblem(404).ProducesProblem(409).ProducesProblem(503);
    }

    private static async Task<IResult> LeaveAsync(string visitor, HttpContext context, ApiParts parts)
    {
        if (!VisitorCredentials.TryToken(context, parts.Sites.Current, parts.Now, visitor, orQuery: false, out var known, out var problem)) return problem!;
        if (!IdempotencyKeys.TryRead(context.Request, out var key, out problem)) return problem!;
        var body = await Bodies.ReadAsync(context.Request, Bodies.SmallBytesMax, ApiJson.Default.QuestionBody);
        if (body.Problem is not null) return body.Problem;
        if (!MessageText.TryClean(body.Value!.Text, out var text, out var fault, Limits.QuestionCharactersMax)) return Problems.Invalid("text", fault);
        if (!TryAddress(body.Value.ReplyTo, out var address)) return Problems.Invalid("replyTo", $"an address of {Limits.ReplyAddressCharactersMax} characters at most, on one line");

        var kept = new KeptQuestion(Masked.Text(text), address, RoutingSkill.LanguageOf(body.Value.Language));
        var question = new StoredQuestion(
            known.Site.Id, IdOf(known, key), known.Key, parts.Now, JsonSerializer.SerializeToUtf8Bytes(kept, ApiJson.Default.KeptQuestion));
        var outcome = await parts.ActAsync(c => parts.Store.LeaveQuestionAsync(question, c), context.RequestAborted);
        return outcome == QuestionOutcome.TooMany
            ? Problems.Conflict("too_many_questions", $"{Limits.QuestionsPerVisitorMax} questions of one visitor wait at most, {Limits.QuestionsPerSiteMax} of a site.")
            : Results.Json(new QuestionTaken(question.Id, (question.AskedAt + Limits.QuestionRetention).ToString()), ApiJson.Default.QuestionTaken, statusCode: 201);
    }

    private static async Task<IResult> ListAsync(HttpContext context, ApiParts parts)
    {
        if (!Credentials.TryKey(context.Request, parts.Sites.Current, KeyRole.Agent, out var site, out var problem)) return problem!;
        var questions = await parts.ActAsync(c => parts.Store.GetQuestionsAsync(site.Id, c), context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return Results.Json(new QuestionList([.. questions.Select(q => ItemOf(q, isMasked: true))]), ApiJson.Default.QuestionList);
    }

    private static async Task<IResult> TakeAsync(string id, HttpContext context, ApiParts parts)
    {
        var (site, agent, _, problem) = await AgentCaller.ReadAsync(context, parts);
        if (problem is not null) return problem;
        var taken = await parts.ActAsync(c => parts.Store.TakeQuestionAsync(site.Id, id, agent, c), context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return taken.Outcome switch
        {
            QuestionOutcome.Done => Results.Json(ItemOf(taken.Question!, isMasked: false), ApiJson.Default.QuestionItem),
            QuestionOutcome.Taken => Problems.Conflict("taken", "Another agent has this question.", ("holder", taken.Question?.Holder)),
            _ => NoSuchQuestion,
        };
    }

    private static async Task<IResult> FinishAsync(string id, HttpContext context, ApiParts parts)
    {
        var (site, agent, _, problem) = await AgentCaller.ReadAsync(context, parts);
        if (problem is not null) return problem;
        return await parts.ActAsync(c => parts.Store.FinishQuestionAsync(site.Id, id, agent, c), context.RequestAborted) switch
        {
            QuestionOutcome.Done => Results.Json(new EndAnswer(id, "done"), ApiJson.Default.EndAnswer),
            QuestionOutcome.Taken => Problems.Conflict("taken", "Another agent has this question."),
            _ => NoSuchQuestion,
        };
    }

    private static IResult NoSuchQuestion => Problems.NotFound("No such question; it may have been answered, or forgotten.");

    private static QuestionItem ItemOf(StoredQuestion question, bool isMasked)
    {
        var kept = JsonSerializer.Deserialize(question.Json.Span, ApiJson.Default.KeptQuestion)!;
        return new QuestionItem(
            question.Id, kept.Text, kept.ReplyTo is { } address && isMasked ? Masked.Address(address) : kept.ReplyTo, isMasked && kept.ReplyTo is not null,
            kept.Language, question.AskedAt.ToString(), (question.AskedAt + Limits.QuestionRetention).ToString(), question.Holder);
    }

    /// <summary>Whatever way she likes to be reached: not checked, but on one line and readable. Null for none.</summary>
    private static bool TryAddress(string? said, out string? address)
    {
        address = null;
        if (string.IsNullOrWhiteSpace(said)) return true;
        if (said.Length > Limits.ReplyAddressCharactersMax || said.AsSpan().IndexOfAny('\r', '\n') >= 0) return false;
        address = CleanText.Of(said, 4 * Limits.ReplyAddressCharactersMax);
        return address.Length > 0;
    }

    private static string IdOf(KnownVisitor known, string key)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{known.Site.Id}\n{known.Key}\n{key}"));
        return $"q_{Convert.ToHexStringLower(digest.AsSpan(0, 16))}";
    }
}
