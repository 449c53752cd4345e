"""Golden values for CycleGAN's networks and losses: PyTorch modules with the layers and state names of the common checkpoints.

Run: python3 make_golden.py   (PyTorch 1.13). Writes networks.json beside this file.
"""
import json
import pathlib
import sys

import torch
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "ssd"))
from formula import affine, fill, summary, uniform


def norm(channels):
    return nn.InstanceNorm2d(channels, affine=False, track_running_stats=False)


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv_block = nn.Sequential(
            nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), norm(channels), nn.ReLU(),
            nn.ReflectionPad2d(1), nn.Conv2d(channels, channels, 3), norm(channels))

    def forward(self, x):
        return x + self.conv_block(x)


class Generator(nn.Module):
    def __init__(self, width, blocks):
        super().__init__()
        layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, width, 7), norm(width), nn.ReLU()]
        for channels in (width, 2 * width):
            layers += [nn.Conv2d(channels, 2 * channels, 3, stride=2, padding=1), norm(2 * channels), nn.ReLU()]
        layers += [Block(4 * width) for _ in range(blocks)]
        for channels in (4 * width, 2 * width):
            layers += [nn.ConvTranspose2d(channels, channels // 2, 3, stride=2, padding=1, output_padding=1), norm(channels // 2), nn.ReLU()]
        self.model = nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(width, 3, 7), nn.Tanh())

    def forward(self, x):
        return self.model(x)


class Discriminator(nn.Module):
    def __init__(self, width, layers):
        super().__init__()
        sides = [width * min(2 ** i, 8) for i in range(layers + 1)]
        parts = [nn.Conv2d(3, width, 4, 2, 1), nn.LeakyReLU(0.2)]
        for i in range(1, layers + 1):
            parts += [nn.Conv2d(sides[i - 1], sides[i], 4, 2 if i < layers else 1, 1), norm(sides[i]), nn.LeakyReLU(0.2)]
        self.model = nn.Sequential(*parts, nn.Conv2d(sides[-1], 1, 4, 1, 1))

    def forward(self, x):
        return self.model(x)


def keys(module):
    return [f"{name} {tuple(value.shape)}" for name, value in module.state_dict().items()]


def generator(blocks):
    net = fill(Generator(64, blocks))
    return {"keys": keys(net), "parameters": sum(p.numel() for p in net.parameters()),
            "output": summary(net(affine("image", [1, 3, 24, 20], 1.0)))}


def discriminator():
    net = fill(Discriminator(64, 3))
    return {"keys": keys(net), "parameters": sum(p.numel() for p in net.parameters()),
            "output": summary(net(affine("image", [2, 3, 40, 32], 1.0)))}


def named(prefix, module):
    """As fill does, with the names that the module has within its parent."""
    holder = nn.Module()
    holder.add_module(prefix, module)
    with torch.no_grad():
        fill(holder)
    return module


def losses():
    """One iteration of the authors' code on small networks: six terms of the generators, and the two discriminators' losses."""
    g, f = named("G", Generator(4, 1)), named("F", Generator(4, 1))
    judge_x, judge_y = named("D_X", Discriminator(4, 2)), named("D_Y", Discriminator(4, 2))
    x, y = affine("x", [2, 3, 24, 24], 1.0), affine("y", [2, 3, 24, 24], 1.0)
    mse = lambda judged, value: nn.functional.mse_loss(judged, torch.full_like(judged, value))
    l1 = nn.functional.l1_loss
    fake_y, fake_x = g(x), f(y)
    terms = {
        "adversarialG": mse(judge_y(fake_y), 1.0), "adversarialF": mse(judge_x(fake_x), 1.0),
        "cycleX": l1(f(fake_y), x), "cycleY": l1(g(fake_x), y), "identityX": l1(f(x), x), "identityY": l1(g(y), y),
    }
    (terms["adversarialG"] + terms["adversarialF"] + 10 * (terms["cycleX"] + terms["cycleY"])
     + 5 * (terms["identityX"] + terms["identityY"])).backward()
    gradient = lambda net: sum(p.grad.abs().sum().item() for p in net.parameters() if p.grad is not None)
    values = {name: term.item() for name, term in terms.items()}
    values |= {"gradientG": gradient(g), "gradientF": gradient(f)}
    for net, real, fake, name in ((judge_x, x, fake_x, "X"), (judge_y, y, fake_y, "Y")):
        net.zero_grad()
        loss = 0.5 * (mse(net(real), 1.0) + mse(net(fake.detach()), 0.0))
        loss.backward()
        values |= {f"discriminator{name}": loss.item(), f"gradient{name}": gradient(net)}
    return values


def picture(width, height):
    return ((uniform(f"picture {width}x{height}", 3, height, width) + 1) * 128).to(torch.uint8)


def similarity():
    """PSNR and SSIM of two pictures of bytes, the second half noise and half the first; Wang et al.'s window, valid places only."""
    a = picture(26, 17).double()
    b = ((a + picture(26, 17).flip(2).double()) / 2).floor()
    line = torch.exp(-(torch.arange(11.0, dtype=torch.float64) - 5) ** 2 / (2 * 1.5 ** 2))
    window = (line[:, None] * line[None, :] / line.sum() ** 2).expand(3, 1, 11, 11)
    mean = lambda x: nn.functional.conv2d(x[None], window, groups=3)
    ma, mb = mean(a), mean(b)
    va, vb, covariance = mean(a * a) - ma ** 2, mean(b * b) - mb ** 2, mean(a * b) - ma * mb
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    ssim = ((2 * ma * mb + c1) * (2 * covariance + c2) / ((ma ** 2 + mb ** 2 + c1) * (va + vb + c2))).mean()
    return {"psnr": (10 * torch.log10(255 ** 2 / ((a - b) ** 2).mean())).item(), "ssim": ssim.item()}


if __name__ == "__main__":
    torch.set_num_threads(1)
    with torch.no_grad():
        golden = {"generator9": generator(9), "generator6": generator(6), "discriminator": discriminator()}
    golden["losses"] = losses()
    golden["similarity"] = similarity()
    path = pathlib.Path(__file__).with_name("networks.json")
    path.write_text(json.dumps(golden, indent=1) + "\n")
