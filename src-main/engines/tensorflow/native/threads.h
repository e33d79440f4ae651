// The cores, for operations that split their work themselves: TensorFlow's C interface lends out none of its own threads.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace touchstone {

// Values in floats below which waking another thread takes longer than the work.
constexpr int64_t kWorthWaking = 1 << 16;

// How often the caller looks whether the others are done before it sleeps: some 50 us, as long as being woken takes.
constexpr int kLooks = 1000;

inline void pause_briefly() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

// The threads live as long as the process: this is never destroyed, since they would be waiting in it.
class Threads {
 public:
  static Threads& instance() {
    static Threads* threads = new Threads();
    return *threads;
  }

  int64_t count() const { return static_cast<int64_t>(workers_.size()) + 1; }

  // Calls work(0) ... work(count - 1), each once, and returns when all are done. Waits for nobody who had nothing to do.
  // `values`: how many floats all of them read, at least about.
  void run(int64_t count, int64_t values, const std::function<void(int64_t)>& work) {
    if (values < kWorthWaking || count < 2) {
      for (int64_t i = 0; i < count; i++) work(i);
      return;
    }
    std::lock_guard<std::mutex> one_at_a_time(run_mutex_);
    {
      std::lock_guard<std::mutex> lock(mutex_);
      work_ = &work;
      count_ = count;
      next_ = 0;
      done_ = 0;
    }
    begin_.notify_all();
    std::unique_lock<std::mutex> lock(mutex_);
    drain(lock);
    lock.unlock();
    for (int i = 0; i < kLooks && done_ < count; i++) pause_briefly();
    lock.lock();
    end_.wait(lock, [this] { return done_ == count_; });
  }

 private:
  Threads() {
    const int cores = std::max(1u, std::thread::hardware_concurrency());
    for (int i = 1; i < cores; i++) workers_.emplace_back([this] { serve(); });
  }

  void serve() {
    std::unique_lock<std::mutex> lock(mutex_);
    for (;;) {
      begin_.wait(lock, [this] { return next_ < count_; });
      drain(lock);
    }
  }

  // Called with the lock held, and returns with it. Whoever took a piece keeps `run` from returning, so `work_` outlives its use.
  void drain(std::unique_lock<std::mutex>& lock) {
    while (next_ < count_) {
      const int64_t index = next_++;
      const std::function<void(int64_t)>& work = *work_;
      lock.unlock();
      work(index);
      lock.lock();
      if (++done_ == count_) end_.notify_one();
    }
  }

  std::mutex run_mutex_, mutex_;
  std::condition_variable begin_, end_;
  std::vector<std::thread> workers_;
  const std::function<void(int64_t)>* work_ = nullptr;
  int64_t count_ = 0, next_ = 0;
  std::atomic<int64_t> done_{0};
};

}  // namespace touchstone
