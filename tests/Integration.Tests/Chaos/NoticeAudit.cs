using System.Globalization;
using System.Text;
using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Testing;

namespace Integration.Tests.Chaos;

/// <summary>What the log of notices says is to be told, against what a webhook took: every fault that is found, in words.</summary>
internal sealed class NoticeAudit
{
    /// <summary>What follows on what, of one offer. An end that nobody answered to may have been decided beside an answer, and is held to none of these.</summary>
    private static readonly NoticeType[][] Courses =
    [
        [NoticeType.InvitationOffered, NoticeType.InvitationShown, NoticeType.InvitationAccepted, NoticeType.CardAccepted, NoticeType.ConversationClaimed, NoticeType.ConversationEnded],
        [NoticeType.InvitationOffered, NoticeType.InvitationShown, NoticeType.InvitationDeclined],
    ];

    private readonly Dictionary<string, Notice> _notices = [];

    /// <summary>By visitor, each notice where it is first: the order in which things happened.</summary>
    private readonly Dictionary<string, List<string>> _courses = [];

    private NoticeAudit() { }

    public IReadOnlyCollection<Notice> Notices => _notices.Values;

    public IEnumerable<string> OffersOf(NoticeType type) => _notices.Values.Where(n => n.Type == type).Select(n => n.Offer);

    public static async Task<NoticeAudit> OfAsync(IEventLog log)
    {
        var audit = new NoticeAudit();
        for (var partition = 0; partition < log.PartitionCount; partition++)
        {
            var offset = (await log.GetBoundsAsync(Topics.Notices, partition, default)).First;
            while (true)
            {
                using var batch = await log.ReadAsync(Topics.Notices, partition, offset, 4_096, default);
                if (batch.Count == 0) break;
                for (var i = 0; i < batch.Count; i++) audit.Note(batch[i]);
                offset = batch.NextOffset;
            }
        }
        return audit;
    }

    /// <summary>Notices that were not taken. An unanswered end that her acceptance overtook is told to nobody.</summary>
    public IReadOnlyList<string> MissingFrom(IEnumerable<ReceivedCall> taken)
    {
        var accepted = OffersOf(NoticeType.InvitationAccepted).ToHashSet();
        var overtaken = _notices.Values.Where(n => n.Type is NoticeType.InvitationWithdrawn or NoticeType.InvitationIgnored && accepted.Contains(n.Offer)).Select(n => n.Id);
        return [.. _notices.Keys.Except(taken.Select(IdOf)).Except(overtaken)];
    }

    /// <param name="taken">All that was taken until after this log was read.</param>
    /// <param name="arrived">How many of them had been taken before it was: those it must know.</param>
    public List<string> Judge(IReadOnlyList<ReceivedCall> taken, int arrived)
    {
        var faults = MissingFrom(taken).Select(id => $"{id} did not arrive").ToList();
        faults.AddRange(taken.Take(arrived).Select(IdOf).Where(id => !_notices.ContainsKey(id)).Distinct().Select(id => $"{id} arrived and is not in the log"));
        foreach (var call in taken) Judge(call, faults);

        var first = taken.Select(IdOf).Distinct().Select((id, at) => (id, at)).ToDictionary(a => a.id, a => a.at);
        foreach (var (visitor, course) in _courses)
        {
            var happened = course.Where(first.ContainsKey).ToList();
            var came = happened.OrderBy(id => first[id]).ToList();
            if (!came.SequenceEqual(happened)) faults.Add($"{visitor}'s came in another order than {string.Join(' ', happened)}: {string.Join(' ', came)}");
            foreach (var offer in course.Select(id => _notices[id]).GroupBy(n => n.Offer))
            {
                foreach (var steps in Courses)
                {
                    var types = offer.Select(n => n.Type).Where(steps.Contains).ToList();
                    if (!types.SequenceEqual(types.OrderBy(t => Array.IndexOf(steps, t)))) faults.Add($"{offer.Key} went {string.Join(' ', types)}");
                }
                if (offer.First().Type != NoticeType.InvitationOffered) faults.Add($"{offer.Key} began with {offer.First().Type}");
            }
        }
        return faults;
    }

    private void Judge(ReceivedCall call, List<string> faults)
    {
        var id = IdOf(call);
        if (!CompanyDesk.IsSigned(call)) faults.Add($"{id} is not signed");
        if (!_notices.TryGetValue(id, out var notice)) return;
        using var body = JsonDocument.Parse(call.Body);
        var (type, offer) = (body.RootElement.GetProperty("type").GetString(), body.RootElement.GetProperty("data").GetProperty("offer").GetString());
        if (type != NoticeTypes.NameOf(notice.Type) || offer != notice.Offer) faults.Add($"{id} arrived as {type} of {offer}");
        // Each try is signed for its own second: never before it happened, however long it was tried.
        if (long.Parse(call.Headers["webhook-timestamp"], CultureInfo.InvariantCulture) < notice.At.UnixMs / 1_000) faults.Add($"{id} is dated before it happened");
    }

    private void Note(LogRecord record)
    {
        var notice = Notice.FromJson(record.Value.Span)!;
        if (!_notices.TryAdd(notice.Id, notice)) return;
        var visitor = Encoding.UTF8.GetString(record.Key.Span);
        if (!_courses.TryGetValue(visitor, out var course)) _courses[visitor] = course = [];
        course.Add(notice.Id);
    }

    private static string IdOf(ReceivedCall call) => call.Headers["webhook-id"];
}
