"""Expected numbers of the text metrics, written from the definitions that sacreBLEU, multi-bleu.perl and coco-caption implement.

Sentences come from a formula that tests/Text/DrawnSentences.cs shares; only the numbers are stored. Standard library only:
    python3 make_text_metrics.py > text_metrics.json
"""
import collections
import itertools
import json
import math
import re

WORDS = ["the", "a", "cat", "cats", "mat", "sits", "sitting", "on", "runs", "running", "dog", "dogs.", "Hello,", "world!", "3,000.50", "U.S.", "it's",
         "\"well-known\"", "1990-95", "(approx.)", "5%", "&amp;", "caf\u00e9", "\u4f60\u597d"]
STEMS = {"cats": "cat", "sits": "sit", "sitting": "sit", "runs": "run", "running": "run"}


class Draw:
    def __init__(self, seed):
        self.state = seed

    def below(self, n):
        self.state = (self.state * 1103515245 + 12345) & 0x7FFFFFFF
        return (self.state >> 8) % n

    def sentence(self, longest, words):
        return [WORDS[self.below(words)] for _ in range(1 + self.below(longest))]

    def near(self, sentence, words):
        """A sentence with some words changed, left out or doubled."""
        out = []
        for word in sentence:
            kind = self.below(8)
            if kind == 0:
                out.append(WORDS[self.below(words)])
            elif kind == 1:
                pass
            elif kind == 2:
                out += [word, word]
            else:
                out.append(word)
        return out


def corpus(seed, size, references, longest, words):
    draw, sentences = Draw(seed), []
    for _ in range(size):
        first = draw.sentence(longest, words)
        sentences.append((draw.near(first, words), [first] + [draw.near(first, words) for _ in range(references - 1)]))
    return sentences


def ngrams(words, n):
    return collections.Counter(tuple(words[i:i + n]) for i in range(len(words) - n + 1))


def tokenize_13a(line):
    line = line.replace("<skipped>", "").replace("-\n", "").replace("\n", " ")
    line = line.replace("&quot;", '"').replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">")
    line = f" {line} "
    for pattern, replacement in [(r"([\{-\~\[-\` -\&\(-\+\:-\@\/])", r" \1 "), (r"([^0-9])([\.,])", r"\1 \2 "), (r"([\.,])([^0-9])", r" \1 \2"),
                                 (r"([0-9])(-)", r"\1 \2 ")]:
        line = re.sub(pattern, replacement, line)
    return line.split()


def statistics(hypothesis, references):
    correct, total = [0] * 4, [0] * 4
    for n in range(1, 5):
        most = collections.Counter()
        for reference in references:
            most |= ngrams(reference, n)
        mine = ngrams(hypothesis, n)
        correct[n - 1] = sum((mine & most).values())
        total[n - 1] = sum(mine.values())
    closest = min((abs(len(r) - len(hypothesis)), len(r)) for r in references)[1]
    return correct, total, len(hypothesis), closest


def bleu(stats, smoothing, effective=False):
    correct = [sum(s[0][n] for s in stats) for n in range(4)]
    total = [sum(s[1][n] for s in stats) for n in range(4)]
    hyp, ref = sum(s[2] for s in stats), sum(s[3] for s in stats)
    penalty = 1.0 if hyp >= ref else math.exp(1 - ref / hyp) if hyp > 0 else 0.0
    if not any(correct):
        return 0.0
    precisions, order, smooth = [0.0] * 4, 4, 1.0
    for n in range(4):
        if smoothing == "add-k" and n > 0:
            correct[n] += 1
            total[n] += 1
        if total[n] == 0:
            break
        if effective:
            order = n + 1
        if correct[n] == 0:
            if smoothing == "exp":
                smooth *= 2
                precisions[n] = 1 / (smooth * total[n])
            elif smoothing == "floor":
                precisions[n] = 0.1 / total[n]
        else:
            precisions[n] = correct[n] / total[n]
    if min(precisions[:order]) == 0:
        return 0.0
    return penalty * math.exp(sum(math.log(p) for p in precisions[:order]) / order)


def cider_d(sentences):
    frequency = collections.Counter()
    for _, references in sentences:
        frequency.update({gram for reference in references for n in range(1, 5) for gram in ngrams(reference, n)})
    logarithm = math.log(len(sentences))

    def vector(words):
        vec = [{gram: count * (logarithm - math.log(max(1.0, frequency[gram]))) for gram, count in ngrams(words, n).items()} for n in range(1, 5)]
        return vec, [math.sqrt(sum(v * v for v in part.values())) for part in vec], len(words)

    scores = []
    for hypothesis, references in sentences:
        vec, norm, length = vector(hypothesis)
        score = 0.0
        for reference in references:
            vec_r, norm_r, length_r = vector(reference)
            values = [sum(min(v, vec_r[n].get(g, 0.0)) * vec_r[n].get(g, 0.0) for g, v in vec[n].items()) for n in range(4)]
            values = [value / (norm[n] * norm_r[n]) if norm[n] and norm_r[n] else 0.0 for n, value in enumerate(values)]
            score += sum(values) / 4 * math.exp(-(length - length_r) ** 2 / (2 * 6.0 ** 2))
        scores.append(10 * score / len(references))
    return scores


def alignment(hypothesis, reference):
    """All alignments: the most equal words, then the most with equal stems, then the fewest chunks."""
    def stem(word):
        return STEMS.get(word, word)

    best = None
    choices = [[None] + [j for j, r in enumerate(reference) if stem(r) == stem(h)] for h in hypothesis]
    for places in itertools.product(*choices):
        used = [p for p in places if p is not None]
        if len(set(used)) < len(used):
            continue
        exact = sum(p is not None and hypothesis[i] == reference[p] for i, p in enumerate(places))
        chunks = sum(p is not None and (i == 0 or places[i - 1] is None or places[i - 1] + 1 != p) for i, p in enumerate(places))
        key = (-exact, -len(used), chunks)
        best = key if best is None or key < best else best
    return -best[1], best[2]


def main():
    cases = []
    for seed in range(10):
        sentences = corpus(seed + 1, 100, 1 + seed % 4, 4 + 4 * (seed % 4), len(WORDS))
        raw = [statistics(h, r) for h, r in sentences]
        text = [(tokenize_13a(" ".join(h)), [tokenize_13a(" ".join(r)) for r in rs]) for h, rs in sentences]
        stats = [statistics(h, r) for h, r in text]
        scores = cider_d(sentences)
        cases.append({
            "seed": seed + 1, "size": 100, "references": 1 + seed % 4, "longest": 4 + 4 * (seed % 4),
            "multi_bleu": bleu(raw, "none"), "sacrebleu": {s: bleu(stats, s) for s in ["none", "exp", "floor", "add-k"]},
            "sentences": [round(bleu([s], "exp", effective=True), 6) for s in stats[:20]],
            "cider_d": sum(scores) / len(scores), "images": [round(s, 6) for s in scores[:20]]})
    draw, aligned = Draw(99), []
    for _ in range(150):
        aligned.append(alignment(draw.sentence(6, 10), draw.sentence(6, 10)))
    print(json.dumps({"corpora": cases, "alignments": aligned}, separators=(",", ":")))


main()
